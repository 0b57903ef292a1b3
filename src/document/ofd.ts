/**
 * Prepares an OFD for a seal (GB/T 33190-2016 clause 18): everything but the signed value is written and frozen, and the digest of
 * Signature.xml is what the seal signs. Every file of the package is referenced, OFD.xml and earlier signatures included;
 * Signatures.xml only when `finalize` closes the document.
 * Refuses malformed, closed and encrypted documents, and documents that use signature files as content.
 */
import {
  addSignaturesPointer,
  encodeSignature,
  extendSignatureList,
  folderOf,
  highestNumber,
  makeSignatureList,
  openOfdPackage,
  readBodies,
  readDocumentRoot,
  readSignatures,
  reachableFiles,
  childOf,
  childText,
  ROOT_FILE,
  signatureId,
  writeOfdPackage,
} from '../../standards/gbt-33190-ofd/index.ts'
import type { OfdBody, OfdPackage, OfdSignature } from '../../standards/gbt-33190-ofd/index.ts'
import type { Digests } from '../../standards/ports.ts'
import { TrustError } from '../errors.ts'
import { orMalformed } from './ofd-malformed.ts'
import { stampsFor } from './ofd-stamps.ts'
import type { SealPictureSize, Stamp } from './ofd-stamps.ts'
import type { Placement, SealSlot } from './ports.ts'

export interface OfdSealRequest {
  readonly document: Uint8Array
  readonly sealDer: Uint8Array
  readonly sealPictureSize: SealPictureSize
  readonly placements: readonly Placement[]
  readonly at: Date
  readonly digests: Digests
  readonly provider: OfdSignature['provider']
  /** Protects Signatures.xml too: nothing can be sealed after it. */
  readonly finalize?: boolean
}

/** The package, the body to be sealed, and the signatures it has. */
interface Opened {
  readonly pkg: OfdPackage
  readonly body: OfdBody
  readonly signatures: readonly OfdSignature[]
}

/** Names of the files that the seal adds. */
interface Places {
  readonly list: string
  readonly signature: string
  readonly seal: string
  readonly value: string
}

const closed = (what: string): never => {
  throw new TrustError('DOCUMENT_CLOSED', what)
}

const requireOpen = ({ pkg, body, signatures }: Opened): void => {
  if (signatures.some((s) => s.references.some((r) => r.path === s.listPath))) closed('a signature closed the document')
  // GM/T 0099: the signed list of files would no longer name them all
  if (pkg.has('OFDEntries.xml')) closed('the package has a signed list of its files')
  if (pkg.has('Encryptions.xml')) throw new TrustError('DOCUMENT_ENCRYPTED', 'the document is encrypted')
  const permissions = childOf(readDocumentRoot(pkg, body), 'Permissions')
  if (/^(false|0)$/i.test(childText(permissions, 'Signature') ?? '')) closed('the document forbids signatures')
}

const open = (document: Uint8Array): Opened => {
  const pkg = openOfdPackage(document)
  const [body] = readBodies(pkg) as [OfdBody]
  const signatures = readSignatures(pkg)
  const opened = { pkg, body, signatures }
  requireOpen(opened)
  return opened
}

const choosePlaces = ({ pkg, body }: Opened): Places => {
  const list = body.signaturesPath ?? `${folderOf(body.docRoot)}Signs/Signatures.xml`
  const prefix = `${folderOf(list)}sign_`.toLowerCase()
  const names = pkg.entries.map((e) => e.name.toLowerCase()).filter((name) => name.startsWith(prefix))
  const taken = new Set(names.map((name) => name.slice(prefix.length).split('/')[0]))
  let n = 0
  while (taken.has(String(n))) n++
  const folder = `${folderOf(list)}Sign_${n}/`
  return { list, signature: `${folder}Signature.xml`, seal: `${folder}Seal.esl`, value: `${folder}SignedValue.dat` }
}

// A document that shows its own signature files could be changed by signing it, and coverage would have to let that pass.
const requireContentApart = ({ pkg, signatures }: Opened, places: Places): void => {
  const content = reachableFiles(pkg)
  const used = [...Object.values(places), ...signatures.flatMap((s) => [s.path, s.signedValuePath])]
  if (used.some((path) => content.files.has(path) || content.missing.has(path)))
    throw new TrustError('DOCUMENT_MALFORMED', 'the document uses signature files as content')
}

/** Ids of the new signature and its stamps go on from the highest number in use. */
const numberFrom = ({ pkg, signatures }: Opened, list: string): number => {
  const written = pkg.has(list) ? new TextDecoder().decode(pkg.read(list)) : ''
  const counters = [...written.matchAll(/MaxSignId\s*>([^<]*)</g)].map((m) => m[1] ?? '')
  const used = signatures.flatMap((s) => [s.id, ...s.stamps.map((stamp) => stamp.id)])
  return highestNumber([...counters, ...used]) + 1
}

interface Prepared {
  readonly changes: ReadonlyMap<string, Uint8Array>
  readonly signatureXml: Uint8Array
}

const prepare = (opened: Opened, places: Places, stamps: readonly Stamp[], request: OfdSealRequest): Prepared => {
  const { pkg, body } = opened
  const { sealDer, digests, provider, at, finalize = false } = request
  const first = numberFrom(opened, places.list)
  const entry = { id: signatureId(first), path: places.signature, maxSignId: signatureId(first + stamps.length) }
  const list = pkg.has(places.list) ? extendSignatureList(pkg.read(places.list), entry) : makeSignatureList(entry)
  const changes = new Map<string, Uint8Array>([
    [places.list, list],
    [places.seal, sealDer],
  ])
  if (body.signaturesPath === undefined) changes.set(ROOT_FILE, addSignaturesPointer(pkg, body, places.list))
  const names = [...new Set([...pkg.files, ...changes.keys()])].filter((name) => finalize || name !== places.list)
  const references = names.map((path) => ({
    path,
    checkValue: digests.digest('sm3', changes.get(path) ?? pkg.read(path)),
  }))
  const signatureXml = encodeSignature({
    provider,
    at,
    references,
    stamps: stamps.map((stamp, i) => ({ id: signatureId(first + 1 + i), ...stamp })),
    sealPath: places.seal,
    signedValuePath: places.value,
  })
  changes.set(places.signature, signatureXml)
  return { changes, signatureXml }
}

/** @throws TrustError DOCUMENT_MALFORMED, DOCUMENT_CLOSED, DOCUMENT_ENCRYPTED, PLACEMENT_INVALID */
export const prepareOfdSeal = async (request: OfdSealRequest): Promise<SealSlot> =>
  orMalformed(() => {
    const opened = open(request.document)
    const places = choosePlaces(opened)
    requireContentApart(opened, places)
    const stamps = stampsFor(opened, request.placements, request.sealPictureSize)
    const { changes, signatureXml } = prepare(opened, places, stamps, request)
    return {
      digest: request.digests.digest('sm3', signatureXml),
      propertyInfo: `/${places.signature}`,
      fill: async (signature) => writeOfdPackage(opened.pkg, new Map([...changes, [places.value, signature]])),
    }
  })
