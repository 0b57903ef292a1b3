/** What every sample page has in common: people and companies of a province that does not exist. */
import type { Acting, AssetUrls, Chrome } from '../../src/web/parts/page.ts'

export const AT = new Date('2026-11-21T06:05:12Z')
export const after = (seconds: number): Date => new Date(AT.getTime() + seconds * 1000)
const DAY = 86_400
export const inDays = (days: number): Date => after(days * DAY)

export interface Sample {
  readonly name: string
  readonly render: (assets: AssetUrls) => { readonly text: string }
}

const base = (assets: AssetUrls): Chrome => ({ language: 'zh', host: 'id.xinyin.example', demo: true, assets })

export const visitor = (assets: AssetUrls, path: string, language: 'zh' | 'en' = 'zh'): Chrome => ({
  ...base(assets),
  language,
  path,
})

export const lin: Acting = { kind: 'self', name: '林小样' }
export const company: Acting = { kind: 'entity', name: '云湖示例科技有限公司', role: '经办人' }
export const office: Acting = { kind: 'entity', name: '澄州市样例市场监督管理局', role: '用印管理员' }

export const signedIn = (assets: AssetUrls, acting: Acting, person = '林小样'): Chrome => ({
  ...base(assets),
  path: '/',
  person: { name: person },
  acting,
})
