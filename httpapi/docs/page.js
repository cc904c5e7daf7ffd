"use strict";
// Draws the description that this server gives at openapi.json. Everything is
// put into the page as text, never as markup.
(async () => {
  const page = document.getElementById("page");
  let doc;
  try {
    const answer = await fetch("openapi.json");
    if (!answer.ok) throw new Error("openapi.json answered " + answer.status);
    doc = await answer.json();
  } catch (why) {
    page.replaceChildren(make("p", "The description could not be read: " + why.message + ". Reload the page to try again."));
    return;
  }
  const methods = ["get", "post", "put", "patch", "delete"];

  function make(tag, ...children) {
    const [name, ...classes] = tag.split(".");
    const node = document.createElement(name);
    if (classes.length) node.className = classes.join(" ");
    node.append(...children.filter((c) => c !== null && c !== undefined && c !== ""));
    return node;
  }
  function link(to, ...children) {
    const a = make("a", ...children);
    a.href = to;
    return a;
  }
  // follow gives what a $ref points to.
  function follow(v) {
    let name = "";
    for (let steps = 0; v && v.$ref && steps < 20; steps++) {
      const parts = v.$ref.slice(2).split("/");
      name = parts[parts.length - 1];
      v = parts.reduce((at, part) => at && at[part.replace(/~1/g, "/").replace(/~0/g, "~")], doc);
    }
    return { value: v || {}, name };
  }
  // words renders `code` and **bold**.
  function words(text) {
    return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((piece) => {
      if (piece.startsWith("`") && piece.endsWith("`") && piece.length > 2) return make("code", piece.slice(1, -1));
      if (piece.startsWith("**") && piece.endsWith("**") && piece.length > 4) return make("strong", piece.slice(2, -2));
      return piece;
    });
  }
  function prose(text) {
    return (text || "").trim().split(/\n\s*\n/).filter(Boolean).map((one) => make("p", ...words(one.replace(/\s*\n\s*/g, " "))));
  }
  function kind(given) {
    const { value: s, name } = follow(given);
    let text = s.type || (s.properties ? "object" : "any");
    if (s.type === "array") text = "list of " + kind(s.items || {});
    else if (s.format) text = s.format === "binary" ? "bytes" : s.format;
    else if (name && s.properties) text = name;
    if (s.nullable) text += " or null";
    return text;
  }
  function bounds(s) {
    const said = [];
    if (s.enum) said.push("one of " + s.enum.join(", "));
    if (s.default !== undefined) said.push("default " + JSON.stringify(s.default));
    if (s.minimum !== undefined || s.maximum !== undefined) said.push([s.minimum !== undefined ? "from " + s.minimum : "", s.maximum !== undefined ? "to " + s.maximum : ""].join(" ").trim());
    if (s.maxLength) said.push("at most " + s.maxLength + " characters");
    if (s.maxItems) said.push("at most " + s.maxItems + " items");
    if (s.pattern) said.push("matches " + s.pattern);
    if (s.example !== undefined) said.push("such as " + JSON.stringify(s.example));
    return said.join("; ");
  }
  function row(name, required, schema, description) {
    const s = follow(schema || {}).value;
    const limits = bounds(s);
    return make("tr",
      make("td", make("code", name), required ? make("span.must", "required") : "", make("span.kind", kind(schema || {}))),
      make("td", ...prose(description || s.description), limits ? make("span.kind", limits) : ""));
  }
  // members draws a schema: its members in a table, what is nested below it.
  function members(given, depth) {
    let s = follow(given).value;
    if (s.type === "array") s = follow(s.items || {}).value;
    const names = Object.keys(s.properties || {});
    if (!names.length) return [make("p.kind", kind(given) + (s.description ? ": " + s.description : ""))];
    const must = new Set(s.required || []);
    const table = make("table", ...names.map((name) => row(name, must.has(name), s.properties[name])));
    const below = depth >= 4 ? [] : names.flatMap((name) => {
      let inner = follow(s.properties[name]).value;
      if (inner.type === "array") inner = follow(inner.items || {}).value;
      if (!inner.properties) return [];
      return [make("details", make("summary", make("code", name), " holds"), ...members(inner, depth + 1))];
    });
    return [table, ...below];
  }
  function sample(given, depth) {
    const s = follow(given).value;
    if (s.example !== undefined) return s.example;
    if (s.default !== undefined) return s.default;
    if (s.enum) return s.enum[0];
    if (s.type === "array") return depth > 4 ? [] : [sample(s.items || {}, depth + 1)];
    if (s.type === "object" || s.properties) {
      return Object.fromEntries(Object.entries(s.properties || {}).map(([name, one]) => [name, depth > 4 ? null : sample(one, depth + 1)]));
    }
    if (s.nullable) return null;
    return { integer: 1, number: 0.5, boolean: true }[s.type] ?? (s.format === "date-time" ? "2026-01-02T03:04:05.678Z" : "…");
  }
  const pretty = (v) => make("pre", make("code", JSON.stringify(v, null, 2)));

  function shell(text) { return "'" + text.replace(/'/g, "'\\''") + "'"; }
  function curl(method, path, op, parameters) {
    if (parameters.some((p) => p.name === "signature")) {
      return make("pre", make("code", method === "put" ? "curl -X PUT -H 'Content-Type: application/zip' \\\n  --data-binary @plugin.zip \"$PRESIGNED_URL\"" : "curl -o plugin.zip \"$PRESIGNED_URL\""));
    }
    let url = path;
    for (const p of parameters) if (p.in === "path") url = url.replace("{" + p.name + "}", p.example ?? p.name);
    const query = parameters.filter((p) => p.in === "query" && p.required).map((p) => p.name + "=" + encodeURIComponent(p.example ?? "…"));
    if (query.length) url += "?" + query.join("&");
    const lines = ["curl" + (method === "get" ? "" : " -X " + method.toUpperCase()) + " " + shell(location.origin + url)];
    if (!op.security) lines.push('-H "Authorization: Bearer $KEY"');
    const [type, content] = Object.entries(follow(op.requestBody || {}).value.content || {})[0] || [];
    if (type === "application/json") {
      lines.push("-H 'Content-Type: application/json'", "-d " + shell(JSON.stringify(content.example ?? sample(content.schema || {}, 0))));
    } else if (type === "multipart/form-data") {
      const must = follow(content.schema).value;
      for (const name of must.required || []) lines.push("-F " + shell(name + "=" + (name === "file" ? "@plugin.zip" : must.properties[name].example ?? "…")));
    } else if (type) {
      lines.push("-H 'Content-Type: " + type + "'", "--data-binary @plugin.zip");
    }
    return make("pre", make("code", lines.join(" \\\n  ")));
  }
  function mediaTypes(content, title) {
    return Object.entries(content || {}).flatMap(([type, one]) => [
      make("h4", title + (type === "application/json" ? "" : " · " + type)),
      ...members(one.schema || {}, 0),
      ...(one.example !== undefined ? [make("details", make("summary", "Example"), pretty(one.example))] : []),
    ]);
  }
  function response(status, given) {
    const r = follow(given).value;
    const tone = status < "300" ? "good" : status < "500" ? "bad" : "worse";
    const headers = Object.entries(r.headers || {}).filter(([name]) => name !== "X-Request-Id").map(([name, h]) => {
      const one = follow(h).value;
      return row(name, one.required, one.schema, one.description);
    });
    const json = Object.entries(r.content || {})[0];
    const box = make("details", make("summary", make("span.status." + tone, status), ...words((r.description || "").trim().replace(/\s*\n\s*/g, " "))),
      ...mediaTypes(r.content, "Body"),
      ...(headers.length ? [make("h4", "Headers"), make("table", ...headers)] : []),
      ...(json && json[0] === "application/json" && json[1].example === undefined && status < "300" ? [make("details", make("summary", "Example"), pretty(sample(json[1].schema || {}, 0)))] : []));
    box.open = status < "300";
    return box;
  }
  function spelled(path) {
    return make("span.path", ...path.split(/(\{[^}]+\})/).map((part) => (part.startsWith("{") ? make("var", part) : part)));
  }
  function operation(path, method, op, shared) {
    const parameters = [...shared, ...(op.parameters || [])].map((p) => follow(p).value);
    const scope = /Scope(?:: | is )(\w+)\./.exec(op.description || "");
    const title = link("#" + op.operationId, op.summary || op.operationId);
    const body = follow(op.requestBody || {}).value;
    const node = make("article",
      make("h3", title, scope ? make("span.scope", scope[1]) : make("span.scope", op.security ? "no key" : "any key")),
      make("div", make("span.method." + method, method.toUpperCase()), " ", spelled(path)),
      ...prose(op.description),
      ...(parameters.length ? [make("h4", "Parameters"), make("table", ...parameters.map((p) => row(p.name, p.required, { ...p.schema, example: p.example ?? (p.schema || {}).example }, p.description)))] : []),
      ...mediaTypes(body.content, "Request body"),
      make("h4", "Try it"), curl(method, path, op, parameters),
      make("h4", "Answers"), ...Object.entries(op.responses || {}).map(([status, r]) => response(status, r)));
    node.id = op.operationId;
    return node;
  }

  document.title = doc.info.title + " API";
  document.getElementById("version").textContent = "API " + doc.info.version;
  const groups = (doc.tags || []).map((tag) => ({ tag, calls: [] }));
  for (const [path, item] of Object.entries(doc.paths)) {
    for (const method of methods) {
      const op = item[method];
      if (!op) continue;
      let group = groups.find((g) => g.tag.name === (op.tags || [""])[0]);
      if (!group) groups.push(group = { tag: { name: (op.tags || ["other"])[0] }, calls: [] });
      group.calls.push({ path, method, op, node: operation(path, method, op, item.parameters || []) });
    }
  }
  const index = document.getElementById("index");
  page.replaceChildren(make("header", make("h1", doc.info.title), ...prose(doc.info.description), make("p", "This page is drawn from ", link("openapi.json", "openapi.json"), ".")));
  for (const g of groups) {
    if (!g.calls.length) continue;
    g.heading = make("h2", g.tag.name);
    g.about = make("p", ...words(g.tag.description || ""));
    page.append(g.heading, g.about, ...g.calls.map((c) => c.node));
    g.list = make("ul");
    for (const c of g.calls) {
      c.entry = make("li", link("#" + c.op.operationId, make("span.method." + c.method, c.method === "delete" ? "DEL" : c.method.toUpperCase()), make("span", c.op.summary || c.path)));
      c.text = (c.path + " " + c.node.textContent).toLowerCase();
      g.list.append(c.entry);
    }
    g.title = make("h2", g.tag.name);
    index.append(g.title, g.list);
  }
  document.getElementById("find").addEventListener("input", (event) => {
    const wanted = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const g of groups) {
      let any = false;
      for (const c of g.calls) {
        const show = wanted.every((word) => c.text.includes(word));
        c.node.hidden = c.entry.hidden = !show;
        any ||= show;
      }
      for (const node of [g.heading, g.about, g.title]) if (node) node.hidden = !any;
    }
  });
  if (location.hash) location.replace(location.hash); // what it names is there only now
})();
