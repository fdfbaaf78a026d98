// What the types cannot say about the code. Layout is prettier's part, the direction of imports
// dependency-cruiser's.
import js from '@eslint/js';
import lit from 'eslint-plugin-lit';
import litA11y from 'eslint-plugin-lit-a11y';
import wc from 'eslint-plugin-wc';
import { defineConfig, globalIgnores } from 'eslint/config';
import ts from 'typescript-eslint';

export default defineConfig(
  globalIgnores(['dist', '.dist-*', '.cache', 'coverage', 'demo/vendor']),
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [ts.configs.strictTypeChecked, ts.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      // What came from outside is read by name, and looks like it: body['client_secret'].
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      // Event maps have entries without detail and interfaces that only extend.
      '@typescript-eslint/no-empty-object-type': [
        'error',
        { allowInterfaces: 'with-single-extends' },
      ],
      '@typescript-eslint/no-generated-empty-object-type': 'off',
      '@typescript-eslint/prefer-nullish-coalescing': [
        'error',
        { ignorePrimitives: { string: true } },
      ],
      // `samples[i] as number` says what is known about an index; `!` is refused.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    // A declaration describes somebody else's module as it is.
    ignores: ['**/*.d.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Name it: names survive a search.' },
        { selector: 'TSEnumDeclaration', message: 'A union of literals needs no code.' },
        {
          // Lit's decorators cannot see a #private field.
          selector:
            ':matches(TSParameterProperty, PropertyDefinition)[accessibility="private"]:not(:has(> Decorator))',
          message: 'A #private field is private at run time, too.',
        },
      ],
    },
  },
  {
    files: ['src/element/**/*.ts', 'test/element/**/*.ts'],
    extends: [
      lit.configs['flat/recommended'],
      wc.configs['flat/recommended'],
      wc.configs['flat/best-practice'],
      litA11y.configs.recommended,
    ],
  },
  {
    // chai's assertions are properties, and a test may know more than the types do.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // A plugin of chai declares that equal() returns a promise; for what is no DOM it does not.
    files: ['test/{element,media}/**/*.ts', 'test/core/*.browser.test.ts'],
    rules: { '@typescript-eslint/no-floating-promises': 'off' },
  },
  {
    // The types of scripts are checked by tsc; names that do not exist are reported there as well.
    files: ['**/*.mjs', 'demo/**/*.js'],
    rules: { 'no-undef': 'off' },
  },
);
