import tseslint from 'typescript-eslint'

/** What is ambient elsewhere comes in through the kernel here: clock, randomness, settings, network, console (HOUSE.md §3.5). */
const ambient = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Ask the Clock for the time.' },
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'Ask the Clock for the time.',
  },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: 'Ask the RandomSource.',
  },
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: 'Settings come from src/config.ts.',
  },
  { selector: "CallExpression[callee.name='fetch']", message: 'Calls to the outside live in adapters/.' },
  { selector: "MemberExpression[object.name='console']", message: 'Use the Logger.' },
]

export default tseslint.config(
  { ignores: ['node_modules', '.data', '.cache', 'coverage', 'assets', 'standards/gbt-32918-sm2/kernel'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400 }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'standards/**/*.ts', 'keys/**/*.ts'],
    ignores: ['src/kernel/**', 'src/config.ts', 'src/main.ts', 'src/cli/**', 'src/web/browser/**'],
    rules: { 'no-restricted-syntax': ['error', ...ambient] },
  },
)
