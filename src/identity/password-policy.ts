/**
 * Which passwords are refused: short ones, the most common ones, and those that repeat the login name.
 * No rules about kinds of characters: they make passwords worse (NIST SP 800-63B §5.1.1.2).
 */
import { TrustError } from '../errors.ts'

const MIN = 10
const MAX = 128

/** Common ones of ten or more characters; shorter ones fall by their length. Compared in small letters. */
const COMMON: ReadonlySet<string> = new Set(
  `1234567890 0123456789 0987654321 9876543210 12345678910 123456789a 123456789q a123456789 aa123456789 q123456789 1q2w3e4r5t
  1qaz2wsx3edc 1234567891 1111111111 0000000000 5201314520 1314520520 woaini1314 woaini5201314 woaini520520 qwertyuiop
  qwertyuiop1 1234qwerasdf qwer1234asdf asdfghjkl123 zxcvbnm123 qwerty12345 qwerty123456 qwe123456789 asd123456789
  abc1234567 abcd123456 abc123456789 abcdefghij password12 password123 password1234 passw0rd123 p@ssw0rd123 admin12345
  admin123456 administrator iloveyou123 letmein123 welcome123 welcome1234 monkey12345 dragon12345 changeme123 football123
  baseball123 sunshine123 princess123 superman123 qazwsxedc123 q1w2e3r4t5 q1w2e3r4t5y6 zaq12wsxcde3 1q2w3e4r5t6y
  147258369a 1472583690 7894561230 1357924680 2468013579 1122334455 112233445566 1231231230 123123123123 123321123321
  aaaaaaaaaa aaaaaaaaaaaa 88888888888 8888888888 6666666666 666666666666 9999999999 1a2b3c4d5e zhongguo123 beijing2008
  wodemima123 xinyin12345 zhengwu123 yunhu12345 yunhu123456`.split(/\s+/),
)

export type PasswordFault = 'too-short' | 'too-long' | 'common' | 'contains-login-name'

/** Undefined: allowed. Looks at NFKC, as the hasher does; lengths count characters. */
export const passwordFault = (typed: string, loginName: string): PasswordFault | undefined => {
  const password = typed.normalize('NFKC')
  const { length } = [...password]
  if (length < MIN) return 'too-short'
  if (length > MAX) return 'too-long'
  const small = password.toLowerCase()
  if (COMMON.has(small) || new Set(small).size < 3) return 'common'
  return small.includes(loginName.toLowerCase()) ? 'contains-login-name' : undefined
}

/** @throws TrustError PASSWORD_WEAK; `passwordFault` says why */
export const requireStrongPassword = (typed: string, loginName: string): void => {
  const fault = passwordFault(typed, loginName)
  if (fault !== undefined) throw new TrustError('PASSWORD_WEAK', `password refused: ${fault}`, { field: 'password' })
}
