/** Text into XML. Refuses characters that XML 1.0 cannot carry, unpaired surrogates among them (XML_CHARACTER). */
import { FormatError } from '../errors.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/** For element content and for attributes in double quotes. @throws FormatError XML_CHARACTER */
export const escapeXml = (text: string): string => {
  if (!text.isWellFormed() || /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text))
    throw new FormatError('XML_CHARACTER', 'text holds a character that XML cannot carry')
  return text.replace(/[&<>"\t\n\r]/g, (c) => ESCAPES[c] as string)
}

export const OFD_NAMESPACE = 'http://www.ofdspec.org/2016'
export const XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
