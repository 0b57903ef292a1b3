/** Who may import whom (HOUSE.md §3, ARCHITECTURE.md). A rule that is wrong is changed with an ADR, not worked around. */
const order = [
  'kernel',
  'crypto',
  'audit',
  'identity',
  'pki',
  'document',
  'seal',
  'licence',
  'verification',
  'oidc',
  'http',
  'web',
]

/** A domain imports only what stands before it in `order`. document and seal stand side by side above pki. */
const upwards = order.map((domain, i) => ({
  name: `no-upwards-from-${domain}`,
  severity: 'error',
  from: { path: `^src/${domain}/` },
  to: { path: `^src/(${order.slice(i + 1).join('|') || 'nothing'})/` },
}))

/** Another domain is entered by its index, or by one of its listed second doors. */
const doors = '(index|ports|node|offline)\\.ts$'
const throughTheDoor = order.map((domain) => ({
  name: `${domain}-through-its-index`,
  severity: 'error',
  from: { path: '^(src|adapters|keys)/', pathNot: `^src/${domain}/|^src/(main|assemble|demo)|^src/cli/` },
  to: { path: `^src/${domain}/`, pathNot: doors },
}))

const home = (library, homes) => ({
  name: `home-of-${library.replace(/[^a-z0-9]+/g, '-')}`,
  severity: 'error',
  from: { path: '^(src|standards|keys|adapters)/', pathNot: homes },
  to: { path: `node_modules/${library}(/|$)` },
})

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'standards-are-pure',
      comment: 'standards/ imports standards/ and the format libraries their READMEs name; never node:, never us',
      severity: 'error',
      from: { path: '^standards/' },
      to: { pathNot: '^standards/|node_modules/(fflate|saxes|@cantoo/pdf-lib)' },
    },
    {
      name: 'standards-through-the-index',
      severity: 'error',
      from: { path: '^standards/([^/]+)/' },
      to: { path: '^standards/([^/]+)/', pathNot: '^standards/$1/|index\\.ts$' },
    },
    {
      name: 'src-never-imports-adapters-or-keys',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|assemble|assemble-[a-z]+|demo|cli/[^/]+)\\.ts$' },
      to: { path: '^(adapters|keys)/' },
    },
    {
      name: 'nobody-imports-examples',
      severity: 'error',
      from: {
        path: '^(src|adapters|standards|keys)/',
        pathNot: '^src/(demo|cli/journey[^/]*)\\.ts$|^src/cli/journey/',
      },
      to: { path: '^examples/' },
    },
    {
      name: 'adapters-never-import-http-or-each-other',
      severity: 'error',
      from: { path: '^adapters/([^/]+)/' },
      to: { path: '^(src/(http|web|cli)|adapters/(?!$1/))', pathNot: '^adapters/$1/' },
    },
    ...upwards,
    ...throughTheDoor,
    home('pg', '^adapters/postgres/'),
    home('@electric-sql/pglite', '^adapters/postgres/'),
    home('oidc-provider', '^src/oidc/'),
    home('pkcs11js', '^keys/pkcs11/'),
    home('jose', '^src/(crypto/jws|oidc/)'),
    home('openid-client', '^nowhere'),
    home('(pkijs|@peculiar)', '^nowhere'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(test|tools)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
}
