import js from "@eslint/js";
import globals from "globals";

const rules = {
  ...js.configs.recommended.rules,
  eqeqeq: "error",
  "no-var": "error",
  "prefer-const": "error",
  "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
  "no-implicit-globals": "off",
  "no-eval": "error",
  "no-implied-eval": "error",
  "no-shadow": "error",
  "no-unused-private-class-members": "error",
  "no-useless-return": "error",
  "object-shorthand": "error",
  "prefer-template": "off",
};

export default [
  { files: ["client_demo/sw.js"], languageOptions: { globals: globals.serviceworker }, rules },
  { files: ["client_demo/*.js", "client_demo/protocol/*.js"], ignores: ["client_demo/sw.js"], languageOptions: { globals: globals.browser }, rules },
  {
    // Pieces of one script: what one declares the others use.
    files: ["client_demo/embed/*.js"],
    languageOptions: { sourceType: "script", globals: globals.browser },
    rules: { ...rules, "no-undef": "off", "no-unused-vars": "off" },
  },
];
