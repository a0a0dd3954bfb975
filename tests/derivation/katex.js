// Reads a JSON list of formulas, parses each with KaTeX in strict mode, and prints those that it refuses.
const katex = require("katex");
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
const refused = [];
for (const formula of formulas) {
  try {
    katex.renderToString(formula, { displayMode: true, strict: "error", throwOnError: true });
  } catch (error) {
    refused.push([formula, String(error.message)]);
  }
}
console.log(JSON.stringify({ version: katex.version, refused }));
