// Reads bodies from standard input, each after its length in four bytes, and writes a line for each: what JSON.parse
// finds in it and what the envelope then means. It shares nothing with the module but the documented rules.
//
//     reject
//     success V, api CODE, envelope: V is the Response's canonical text, see canonical; CODE in hexadecimal, or "?"
"use strict";

const hex = (text) => Buffer.from(text, "utf8").toString("hex");

// A value as a text that is the same in every language: doubles by their bits, strings in hexadecimal, names sorted.
function canonical(value) {
  if (value === null) return "n";
  if (value === true) return "t";
  if (value === false) return "f";
  if (typeof value === "string") return "s" + hex(value);
  if (typeof value === "number") {
    const bits = Buffer.alloc(8);
    bits.writeDoubleBE(value === 0 ? 0 : value);
    return "d" + bits.toString("hex");
  }
  if (Array.isArray(value)) return value.length === 0 ? "{}" : "[" + value.map(canonical).join(",") + "]";
  const members = Object.keys(value).map((name) => hex(name) + ":" + canonical(value[name]));
  return "{" + members.sort().join(",") + "}";
}

// JSON.parse lets lone surrogates pass. In a text that it accepts, escapes stand in strings only.
function hasLoneSurrogate(text) {
  let high = -1; // where a low one must follow
  for (const match of text.matchAll(/\\(?:u([0-9a-fA-F]{4})|[^u])/g)) {
    const code = match[1] === undefined ? 0 : parseInt(match[1], 16);
    const low = code >= 0xdc00 && code <= 0xdfff;
    if (low !== (high === match.index && high >= 0)) return true;
    if (high >= 0 && !low) return true;
    high = code >= 0xd800 && code <= 0xdbff ? match.index + 6 : -1;
  }
  return high >= 0;
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const has = (object, name) => Object.prototype.hasOwnProperty.call(object, name);

function meaning(body) {
  if (!isObject(body)) return "envelope";
  if (!has(body, "Response")) {
    const isFailure = typeof body.code === "number" && has(body, "code");
    if (!isFailure) return "envelope";
    const name = has(body, "codeDesc") && typeof body.codeDesc === "string" ? body.codeDesc : "";
    // A number's own text is lost, and with it whether a number too small for a double is 0.
    if (name === "" || body.code === 0) return body.code === 0 ? "legacy zero" : "api ?";
    return "api " + hex(name);
  }
  const response = body.Response;
  if (!isObject(response)) return "envelope";
  const error = has(response, "Error") ? response.Error : null;
  if (error === null) return "success " + canonical(response);
  if (!isObject(error) || !has(error, "Code") || typeof error.Code !== "string") return "envelope";
  return "api " + hex(error.Code);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function judge(bytes) {
  let text, body;
  try {
    text = utf8.decode(bytes);
    body = JSON.parse(text);
  } catch {
    return "reject";
  }
  return hasLoneSurrogate(text) ? "reject" : meaning(body);
}

const input = require("fs").readFileSync(0);
const lines = [];
for (let at = 0; at < input.length; ) {
  const length = input.readUInt32BE(at);
  lines.push(judge(input.subarray(at + 4, at + 4 + length)));
  at += 4 + length;
}
process.stdout.write(lines.join("\n") + "\n");
