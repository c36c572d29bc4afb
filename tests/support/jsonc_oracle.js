// Answers one JSON request a line: what jsonc-parser makes of a text, and of an edit of it.
const jsonc = require(process.argv[2]);

const OPTIONS = { allowTrailingComma: true, allowEmptyContent: true };
const COMMENTS = [jsonc.SyntaxKind.LineCommentTrivia, jsonc.SyntaxKind.BlockCommentTrivia];

function read(text) {
  const errors = [];
  const value = jsonc.parse(text, errors, OPTIONS);
  return { value: value === undefined ? null : value, errors: errors.length, comments: comments(text) };
}

function comments(text) {
  const scanner = jsonc.createScanner(text, false);
  const found = [];
  for (let kind = scanner.scan(); kind !== jsonc.SyntaxKind.EOF; kind = scanner.scan()) {
    const offset = scanner.getTokenOffset();
    if (COMMENTS.includes(kind)) found.push([offset, text.substr(offset, scanner.getTokenLength())]);
  }
  return found;
}

function range(text, path) {
  const node = jsonc.findNodeAtLocation(jsonc.parseTree(text, [], OPTIONS) || {}, path);
  if (!node) return null;
  const whole = node.parent && node.parent.type === "property" ? node.parent : node;
  return [whole.offset, node.offset, node.offset + node.length];
}

function modified(request) {
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol: "\n" };
  try {
    const edits = jsonc.modify(request.text, request.path, request.value, { formattingOptions });
    return read(jsonc.applyEdits(request.text, edits));
  } catch (error) {
    return { refused: String(error) };
  }
}

function answer(request) {
  if (request.path === undefined) return read(request.text);
  return { before: read(request.text), range: range(request.text, request.path), after: modified(request) };
}

require("readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + "\n"));
