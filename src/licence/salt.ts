/** CustomData in which the file keeps the salt of its digest in public status lists. */
export const SALT_ELEMENT = 'XINYIN_SALT'
