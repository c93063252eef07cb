// The report's page: draws the plots, and leads from a curve to problems, to answers, to the deciding place.
// Everything that came from a file is set as text, never as markup.
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const COLOURS = 6;
const VERDICTS = { correct: "v0", incorrect: "v1", no_answer: "v2", undecided: "v3", timeout: "v3", error: "v4" };
const PAGE = 50;
const view = { k: 1, order: "id", down: false, text: "", keep: null, told: "", shown: PAGE };
let problems = null;

function element(name, properties = {}, ...children) {
  const { style, dataset, ...rest } = properties;
  const made = Object.assign(document.createElement(name), rest);
  for (const [key, value] of Object.entries(style || {})) made.style.setProperty(key, value);
  Object.assign(made.dataset, dataset || {});
  made.append(...children.filter((child) => child !== null));
  return made;
}

const percent = (rate) => `${(100 * rate).toFixed(1)} %`;

// 1 - C(n-c, k) / C(n, k), as in verifiers.study.estimators
function passAt(n, c, k) {
  if (n - c < k) return 1;
  let log = 0;
  const fewer = Math.min(c, k), more = Math.max(c, k);
  for (let i = 0; i < fewer && log > -800; i++) log += Math.log1p(-more / (n - i));
  return -Math.expm1(log);
}

async function unpack() {
  const bytes = Uint8Array.from(atob(document.getElementById("packed").textContent), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

// ---- plots

function numbersOf(spec) {
  const rows = [];
  const visit = (part) => {
    if (part.data && part.data.values && !(part.params && part.params.length)) rows.push(part.data.values);
    (part.layer || []).forEach(visit);
  };
  visit(spec);
  return rows.filter((each, place) => rows.findIndex((other) => JSON.stringify(other) === JSON.stringify(each)) === place).flat();
}

function csvOf(rows) {
  const heads = [...new Set(rows.flatMap(Object.keys))];
  const cell = (value) => {
    const text = value === undefined || value === null ? "" : String(value);
    const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
    return /[",\r\n]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
  };
  return [heads, ...rows.map((row) => heads.map((head) => row[head]))].map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
}

function save(name, text) {
  const link = element("a", { download: name, href: URL.createObjectURL(new Blob([text], { type: "text/csv" })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

async function draw(name, spec) {
  const place = document.getElementById(`plot-${name}`);
  const drawn = await vegaEmbed(place, spec, { actions: false, renderer: "svg", ast: true, tooltip: { theme: "none" } });
  drawn.view.addEventListener("click", (event, item) => clicked(name, item && item.datum));
  place.dataset.drawn = "yes";
}

function clicked(name, datum) {
  if (!datum || !problems) return;
  const row = datum;
  if (row.k !== undefined) {
    const change = problems.models.length === 2 ? "difference" : "rate0";
    Object.assign(view, { k: row.k, order: change, down: true, keep: null, told: "", shown: PAGE });
    show(true);
  } else if (row.bin !== undefined) {
    const model = problems.models.find((each) => each.name === row.model);
    filter((i) => model.n[i] > 0 && binOf(model.n[i], model.c[i]) === row.place, `${row.model}: share of right samples ${row.bin}`);
  }
}

// the bins of verifiers.study.measures: none, to 0.1, ..., below 1, all
function binOf(n, c) {
  return c === 0 ? 0 : c === n ? 11 : Math.ceil((10 * c) / n);
}

function filter(keep, told) {
  Object.assign(view, { keep, told, shown: PAGE });
  show(true);
}

// ---- the list of problems

function columns() {
  const found = [{ key: "id", name: "problem", of: (i) => problems.ids[i], show: (i) => problems.ids[i] }];
  problems.models.forEach((model, place) => {
    const rate = (i) => (model.n[i] ? passAt(model.n[i], model.c[i], Math.min(view.k, model.n[i])) : -1);
    found.push({ key: `rate${place}`, name: `${model.name}: pass@${view.k}`, of: rate, bar: place, show: (i) => (model.n[i] ? percent(rate(i)) : "–") });
    found.push({ key: `right${place}`, name: "right", of: (i) => model.c[i] / (model.n[i] || 1), show: (i) => `${model.c[i]} of ${model.n[i]}` });
    found.push({ key: `distinct${place}`, name: "answers", of: (i) => model.distinct[i], show: (i) => String(model.distinct[i]) });
  });
  if (problems.models.length === 2) {
    const [a, b] = problems.models;
    const gap = (i) => (a.n[i] && b.n[i] ? passAt(b.n[i], b.c[i], Math.min(view.k, b.n[i])) - passAt(a.n[i], a.c[i], Math.min(view.k, a.n[i])) : 0);
    found.push({ key: "difference", name: "difference", of: (i) => Math.abs(gap(i)), show: (i) => (100 * gap(i)).toFixed(1) });
  }
  return found;
}

function compare(a, b) {
  return typeof a === "string" ? a.localeCompare(b, "en", { numeric: true }) : a - b;
}

function chosen(shownColumns) {
  const column = shownColumns.find((each) => each.key === view.order) || shownColumns[0];
  const text = view.text.toLowerCase();
  return problems.ids
    .map((_, i) => i)
    .filter((i) => (!view.keep || view.keep(i)) && (!text || problems.ids[i].toLowerCase().includes(text) || problems.prompts[i].toLowerCase().includes(text)))
    .sort((i, j) => (view.down ? -1 : 1) * compare(column.of(i), column.of(j)) || i - j);
}

function controls(count) {
  const largest = Math.max(...problems.models.map((model) => Math.min(...model.n.filter((n) => n > 0))));
  const k = element("input", { type: "number", min: 1, max: largest, value: view.k, id: "k" });
  k.addEventListener("change", () => { view.k = Math.max(1, Math.min(largest, Math.round(Number(k.value)) || 1)); show(); });
  const search = element("input", { type: "search", value: view.text, placeholder: "id or text of the problem", id: "search" });
  search.setAttribute("aria-label", "search problems");
  search.addEventListener("change", () => { view.text = search.value; view.shown = PAGE; show(); });
  const everything = view.keep || view.text
    ? element("button", { type: "button", onclick: () => { Object.assign(view, { keep: null, told: "", text: "", shown: PAGE }); show(); } }, "show all")
    : null;
  return element("div", { className: "controls" }, element("label", {}, "at k = ", k), search,
    element("span", { className: "soft", id: "told" }, `${count} problems${view.told ? `: ${view.told}` : ""}`), everything);
}

function show(scroll) {
  const shownColumns = columns();
  const order = chosen(shownColumns);
  const heads = shownColumns.map((column) => {
    const button = element("button", { type: "button" }, column.name + (view.order === column.key ? (view.down ? " ↓" : " ↑") : ""));
    button.addEventListener("click", () => { view.down = view.order === column.key ? !view.down : column.key !== "id"; view.order = column.key; show(); });
    return element("th", { scope: "col" }, button);
  });
  const rows = order.slice(0, view.shown).map((i) => {
    const row = element("tr", {}, ...shownColumns.map((column) => cellOf(column, i)));
    row.addEventListener("click", () => detail(i, order));
    return row;
  });
  const more = order.length > view.shown
    ? element("button", { type: "button", onclick: () => { view.shown += 5 * PAGE; show(); } }, `show more (${order.length - view.shown} left)`)
    : null;
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows));
  document.getElementById("list").replaceChildren(...[controls(order.length), element("div", { className: "scroll" }, table), more].filter(Boolean));
  if (scroll) document.getElementById("problems").scrollIntoView({ behavior: "smooth", block: "start" });
}

function cellOf(column, i) {
  if (column.key === "id") return element("td", {}, element("button", { type: "button" }, problems.ids[i]));
  if (column.bar === undefined) return element("td", {}, column.show(i));
  return element("td", {}, bar(Math.max(0, column.of(i)), `var(--c${column.bar % COLOURS})`), element("span", { className: "rate" }, column.show(i)));
}

function bar(share, colour) {
  return element("span", { className: "bar", style: { "--of": colour } }, element("i", { style: { width: `${100 * share}%` } }));
}

// ---- one problem

function detail(i, order) {
  const dialog = document.getElementById("detail");
  const at = order.indexOf(i);
  const step = (by) => element("button", { type: "button", disabled: !(order[at + by] >= 0), onclick: () => detail(order[at + by], order) }, by < 0 ? "← previous" : "next →");
  const close = element("button", { type: "button", id: "close", autofocus: true, onclick: () => dialog.close() }, "close");
  dialog.replaceChildren(...[
    element("header", {}, element("h2", { id: "detail-title" }, problems.ids[i]), element("div", { className: "controls" }, step(-1), step(1), close)),
    problems.prompts[i] ? element("div", { className: "prompt" }, problems.prompts[i]) : null,
    problems.references[i] ? element("p", {}, "Reference: ", element("code", {}, problems.references[i])) : null,
    problems.texts ? null : element("p", { className: "soft" }, "Give the samples (--samples) to see the place in a response that decided."),
    element("div", { className: "sides" }, ...problems.models.map((model, place) => side(model, place, i))),
  ].filter(Boolean));
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
}

function side(model, place, i) {
  const n = model.n[i];
  const listed = model.answers[i].reduce((sum, answer) => sum + answer[2], 0);
  const rest = n - listed;
  return element("section", { style: { "--of": `var(--c${place % COLOURS})` } },
    element("h3", {}, model.name),
    element("p", { className: "soft" }, n ? `${model.c[i]} of ${n} right; ${model.distinct[i]} distinct answers` : "no graded sample"),
    ...model.answers[i].map((answer) => answerOf(answer, n)),
    rest > 0 ? element("div", { className: "answer soft" }, `${rest} samples: no answer, or other answers than these`) : null);
}

function answerOf([text, verdict, count, method, reason, sample, others, spot], n) {
  const role = `var(--${VERDICTS[verdict] || "v5"})`;
  const why = [method && `evidence: ${method}`, reason, `as in sample ${sample}`].filter(Boolean).join("; ");
  return element("div", { className: "answer", style: { "--of": role } },
    element("div", { className: "line" }, element("span", { className: "count" }, `${count} (${percent(count / n)})`), bar(count / n, role),
      element("span", { className: "verdict" }, verdict), element("code", {}, text || "(empty)")),
    element("div", { className: "soft" }, why),
    others.length ? element("div", { className: "soft" }, "also written ", ...others.flatMap((other, at) => [at ? ", " : "", element("code", {}, other)])) : null,
    spot ? element("div", { className: "place" }, spot[0], element("mark", {}, spot[1]), spot[2]) : null);
}

// ---- all of it

// the first plot at once, the others as the browser finds time
async function drawAll() {
  const [first, ...others] = Object.entries(data.plots);
  await draw(...first);
  document.documentElement.dataset.ready = "yes";
  for (const [name, spec] of others) {
    await new Promise((resolve) => setTimeout(resolve));
    await draw(name, spec);
  }
  document.documentElement.dataset.drawn = "all";
}

async function start() {
  problems = await unpack();
  show();
  document.getElementById("detail").addEventListener("click", (event) => { if (event.target === event.currentTarget) event.currentTarget.close(); });
  for (const button of document.querySelectorAll("[data-csv]")) {
    button.addEventListener("click", () => save(`${button.dataset.csv}.csv`, csvOf(numbersOf(data.plots[button.dataset.csv]))));
  }
  for (const cell of document.querySelectorAll(".cell")) {
    const [a, b, first, second] = ["a", "b", "first", "second"].map((name) => Number(cell.dataset[name]));
    const [one, other] = [problems.models[a], problems.models[b]];
    const word = (solves) => (solves ? "solves" : "never solves");
    cell.addEventListener("click", () => filter(
      (i) => one.n[i] > 0 && other.n[i] > 0 && (one.c[i] > 0) === Boolean(first) && (other.c[i] > 0) === Boolean(second),
      `${one.name} ${word(first)}, ${other.name} ${word(second)}`));
  }
  await drawAll();
}

// a print shows what is folded
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((each) => { each.open = true; }));

start();
