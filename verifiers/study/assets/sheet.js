// The sheet of a check of reasoning: one item at a time, marks by button or key, saved as CSV.
"use strict";
const items = JSON.parse(document.getElementById("items").textContent);
const main = document.getElementById("main");
const MARKS = [["sound", "y"], ["unsound", "n"], ["unsure", "u"]];
const COLUMNS = ["item", "problem", "reference", "response", "mark", "note"];
let place = 0;
let saved = true;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function mark(word) {
  items[place].mark = items[place].mark === word ? "" : word;
  saved = false;
  show();
}

function go(step) {
  place = Math.min(items.length - 1, Math.max(0, place + step));
  show();
}

function cell(text) {
  const safe = /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
  return '"' + safe.replaceAll('"', '""') + '"';
}

function save() {
  const lines = [COLUMNS, ...items.map((item) => COLUMNS.map((name) => item[name]))];
  const text = lines.map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
  const link = element("a", { download: "sheet-marked.csv", href: URL.createObjectURL(new Blob([text], { type: "text/csv" })) });
  link.click();
  saved = true;
}

function show() {
  const item = items[place];
  const done = items.filter((each) => each.mark).length;
  const note = element("textarea", { rows: 2, value: item.note, placeholder: "Where does it fail?" });
  note.setAttribute("aria-label", "note");
  note.addEventListener("input", () => { item.note = note.value; saved = false; });
  const buttons = MARKS.map(([word, key]) => {
    const button = element("button", { id: word, onclick: () => mark(word) }, `${word} (${key})`);
    button.setAttribute("aria-pressed", String(item.mark === word));
    return button;
  });
  main.replaceChildren(
    element("header", {},
      element("h1", {}, `Is the reasoning sound? Item ${item.item}`),
      element("span", { className: "soft", id: "progress" }, `${place + 1} of ${items.length}, ${done} marked`)),
    element("p", { className: "soft" }, "The answer was graded correct. Sound: every step that the answer rests on is right. Slips that cancel are unsound."),
    element("h2", {}, "Problem"), element("pre", {}, item.problem),
    element("h2", {}, "Reference"), element("pre", {}, item.reference),
    element("h2", {}, "Response"), element("pre", { className: "response", tabIndex: 0 }, item.response),
    element("div", { className: "row" }, ...buttons,
      element("button", { onclick: () => go(-1) }, "← back"), element("button", { id: "next", onclick: () => go(1) }, "next →"),
      element("button", { id: "save", onclick: save }, "save marks as CSV")),
    note);
}

addEventListener("keydown", (event) => {
  if (event.target.tagName === "TEXTAREA" || event.ctrlKey || event.metaKey || event.altKey) return;
  const found = MARKS.find(([, key]) => key === event.key);
  if (found) mark(found[0]);
  if (event.key === "ArrowRight") go(1);
  if (event.key === "ArrowLeft") go(-1);
});
addEventListener("beforeunload", (event) => { if (!saved) event.preventDefault(); });
show();
