/** Why a check did not pass, as a sentence, and what to do next: for every reason, in both languages. */
import type { Reason } from '../kernel/index.ts'

/** [what it means, what to do next]. Values of the check's detail as in check-words.ts. */
type Sentences = Readonly<Record<Reason, readonly [what: string, next: string]>>

const ASK = '请不要使用这份文件，向发文单位要一份原件再核验。'
const LATER = '请联网后或过几分钟再核验一次。'
const ISSUER = '请向签发单位核实。'

export const REASONS_ZH: Sentences = {
  FORMAT_FAILURE: ['内容损坏，或不符合格式标准，读不出来', '请重新下载一次再核验；还是这样，请向发文单位要原件。'],
  HASH_FAILURE: ['受保护的内容与盖章时不一样，盖章后被改动过', ASK],
  SIG_CRYPTO_FAILURE: ['数字签名验证不通过：签名之后数据被换过，或者签名是假的', ASK],
  SIG_CONSTRAINTS_FAILURE: ['签名的属性互相矛盾，或缺少必须有的内容', ISSUER],
  CHAIN_CONSTRAINTS_FAILURE: ['证书不是用来做这件事的', ISSUER],
  CERTIFICATE_CHAIN_GENERAL_FAILURE: ['证书链不成立', ISSUER],
  CRYPTO_CONSTRAINTS_FAILURE: ['用了不再安全或不允许的算法', ISSUER],
  EXPIRED: ['已经超过有效期[[，到 {to} 为止]]', ISSUER],
  NOT_YET_VALID: ['还没有到生效时间[[，从 {from} 开始]]', ISSUER],
  REVOKED: ['已经被吊销、注销或撤销[[，自 {since} 起]]', ISSUER],
  REVOKED_NO_POE: ['后来被吊销，而且没有证据说明签署在吊销之前', ISSUER],
  OUT_OF_BOUNDS_NO_POE: ['证书已经过期，而且没有证据说明签署在过期之前', ISSUER],
  NO_CERTIFICATE_CHAIN_FOUND: [
    '找不到通向可信根证书的路径，不知道是谁签发的',
    '如果是外地签发的，请用当地的核验服务；否则' + ISSUER.slice(1),
  ],
  NO_POE: ['没有可靠的时间证据', ISSUER],
  TIMESTAMP_ORDER_FAILURE: ['时间戳的先后次序不对', ISSUER],
  TRY_LATER: ['状态服务没有应答，暂时查不到', LATER],
  SIGNED_DATA_NOT_FOUND: ['找不到被签名的内容', '请确认文件是完整下载的。'],
  POLICY_PROCESSING_ERROR: ['核验规则读不出来', '这不是文件的问题，请过几分钟再核验一次。'],
  NO_SIGNATURE: ['文件里没有印章，也没有数字签名', '没有签名的文件无法核验真假，请向发文单位要盖了电子印章的原件。'],
  PARTIAL_COVERAGE: ['文件里有内容不在印章的保护范围内', '请只相信受保护的部分，其余内容向发文单位核实。'],
  EXTENDED_AFTER: ['盖章以后又添加了内容', '请看添加的内容是不是另有签名；不清楚的向发文单位核实。'],
  NON_CANONICAL_CONTAINER: ['文件包的写法不规范，但受保护的内容没有变', '不影响结论。'],
  COMPATIBILITY: ['文件与标准有出入，按兼容方式读取', '不影响结论。'],
  NO_REVOCATION_EVIDENCE: ['没有吊销信息，不知道证书是否已被吊销', LATER],
  STALE_EVIDENCE: [
    '手里的吊销或状态信息[[发布于 {listedAt}，距今 {ageHours} 小时，]]已经过期，不能说明现在的情况',
    LATER,
  ],
  STATUS_UNKNOWN: ['查不到登记的状态', LATER],
  SUSPENDED: ['[[自 {since} 起]]处于暂停状态', '请等签发单位恢复，或向它核实。'],
  SUPERSEDED: ['已经被新的一份代替', '请使用最新的一份。'],
  SIGNER_NOT_IN_SEAL: ['签名的人不在这枚印章允许的名单里', ASK],
  SEAL_EMBEDDED_MISMATCH: ['页面上显示的印章与签名里的印章不是同一枚', ASK],
  REGISTER_MISMATCH: ['文件上的内容与登记的不一致', ASK],
  NOT_A_LICENCE: ['这份文件不是电子证照', '印章和签名的结论仍然有效。'],
  UNSUPPORTED: ['用了本站还不支持的格式或算法', '请用签发地的核验服务。'],
}

const ASK_EN = 'Do not rely on this file. Ask its issuer for the original and verify that.'
const LATER_EN = 'Verify again when you are online, or in a few minutes.'
const ISSUER_EN = 'Please check with the issuer.'

export const REASONS_EN: Sentences = {
  FORMAT_FAILURE: [
    'damaged, or not in the form the standard asks for',
    'Download it again; if it stays so, ask the issuer for the original.',
  ],
  HASH_FAILURE: ['the protected content differs from what was sealed: it was changed afterwards', ASK_EN],
  SIG_CRYPTO_FAILURE: ['the digital signature is wrong: data were exchanged after signing, or it is forged', ASK_EN],
  SIG_CONSTRAINTS_FAILURE: ['properties of the signature contradict each other, or one is missing', ISSUER_EN],
  CHAIN_CONSTRAINTS_FAILURE: ['the certificate is not meant for this', ISSUER_EN],
  CERTIFICATE_CHAIN_GENERAL_FAILURE: ['the certificate chain does not hold', ISSUER_EN],
  CRYPTO_CONSTRAINTS_FAILURE: ['an algorithm that is no longer safe or not allowed', ISSUER_EN],
  EXPIRED: ['it has expired[[: valid to {to}]]', ISSUER_EN],
  NOT_YET_VALID: ['it is not valid yet[[: from {from} on]]', ISSUER_EN],
  REVOKED: ['it is revoked[[ since {since}]]', ISSUER_EN],
  REVOKED_NO_POE: ['it was revoked later, and nothing proves that the signature is older', ISSUER_EN],
  OUT_OF_BOUNDS_NO_POE: ['the certificate has expired, and nothing proves that the signature is older', ISSUER_EN],
  NO_CERTIFICATE_CHAIN_FOUND: [
    'no path to a root we trust, so we cannot tell who issued it',
    'If it was issued elsewhere, use the verification service there. ' + ISSUER_EN,
  ],
  NO_POE: ['there is no reliable proof of time', ISSUER_EN],
  TIMESTAMP_ORDER_FAILURE: ['the time stamps are in the wrong order', ISSUER_EN],
  TRY_LATER: ['the status service did not answer', LATER_EN],
  SIGNED_DATA_NOT_FOUND: ['the signed content is missing', 'Make sure that the file was downloaded completely.'],
  POLICY_PROCESSING_ERROR: [
    'the rules for verification cannot be read',
    'The file is not at fault. Please try again in a few minutes.',
  ],
  NO_SIGNATURE: [
    'there is neither a seal nor a signature in the file',
    'Without one nothing can be verified. Ask the issuer for the sealed original.',
  ],
  PARTIAL_COVERAGE: [
    'some content is not protected by the seal',
    'Rely on the protected part only, and check the rest with the issuer.',
  ],
  EXTENDED_AFTER: ['content was added after the seal', 'See whether the added part has a signature of its own.'],
  NON_CANONICAL_CONTAINER: [
    'the package is written in an unusual way, but the protected content is the same',
    'The result stands.',
  ],
  COMPATIBILITY: ['the file departs from the standard and was read in compatibility mode', 'The result stands.'],
  NO_REVOCATION_EVIDENCE: [
    'no revocation information, so we cannot tell whether the certificate was revoked',
    LATER_EN,
  ],
  STALE_EVIDENCE: [
    'the revocation or status information is out of date[[: issued {listedAt}, {ageHours} hours old]]; it says nothing about now',
    LATER_EN,
  ],
  STATUS_UNKNOWN: ['the registered status cannot be found', LATER_EN],
  SUSPENDED: ['it is suspended[[ since {since}]]', 'Wait until the issuer resumes it, or check with the issuer.'],
  SUPERSEDED: ['a newer one replaces it', 'Use the newest one.'],
  SIGNER_NOT_IN_SEAL: ['the signer is not among those the seal allows', ASK_EN],
  SEAL_EMBEDDED_MISMATCH: ['the seal shown on the page is not the seal in the signature', ASK_EN],
  REGISTER_MISMATCH: ['what the file says differs from the register', ASK_EN],
  NOT_A_LICENCE: ['this file is not an electronic licence', 'What was found about seals and signatures stands.'],
  UNSUPPORTED: [
    'a format or algorithm that is not supported here yet',
    'Use the verification service of the place of issue.',
  ],
}
