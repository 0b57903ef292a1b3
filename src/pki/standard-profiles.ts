/** The profiles of this installation: profiles.json, checked when this file is loaded. */
import config from './profiles.json' with { type: 'json' }
import { parseProfiles } from './profile.ts'

export const standardProfiles = parseProfiles(config)
