/** What an input needs that was left empty or filled in wrongly, by its name. One without words of its own gets those of INPUT_INVALID. */
import type { Language } from './index.ts'

const zh: Readonly<Record<string, string>> = {
  name: '请照证件填写名称',
  agentName: '请照身份证填写姓名',
  loginName: '用户名要以字母开头，4 到 32 个字母、数字或下划线',
  passwordAgain: '两次输入的密码不一样',
  certificate: '请粘贴整张证书，从 -----BEGIN CERTIFICATE----- 开始',
  signature: '请粘贴签名，Base64 编码',
  code: '请填写验证码',
  newCode: '请填写应用显示的 6 位数字',
  principal: '请选择这次代表谁办理',
  functions: '请至少选一件可以办的事',
  validFrom: '请填写开始的日期',
  validTo: '请填写结束的日期',
  kind: '请选择一种印章',
  line: '法定名称章不填横排文字，其他印章要填',
  diameterMm: '直径请填 30 到 50 之间的整数',
  reason: '请写明原因，2 到 200 个字',
  file: '请选择一个文件',
  request: '请粘贴 PKCS#10 证书申请，或者选择申请文件',
  unit: '部门名称不能用，请改写或者不填',
  dual: '双证书要用 SM2 密钥申请',
  revocationReason: '请选择吊销原因',
}

const en: Readonly<Record<string, string>> = {
  passwordAgain: 'The two passwords are not the same',
  certificate: 'Paste the whole certificate, from -----BEGIN CERTIFICATE----- on',
  signature: 'Paste the signature in Base64',
  principal: 'Choose whom you act for this time',
  file: 'Choose a file',
}

export const fieldWords = (field: string, language: Language): string | undefined => {
  const table = language === 'zh' ? zh : en
  return Object.hasOwn(table, field) ? table[field] : undefined
}
