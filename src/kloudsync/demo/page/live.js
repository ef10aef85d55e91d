"use strict";

const at = (id) => document.getElementById(id);
const wide = matchMedia("(min-width: 700px)");
const editor = at("editor");
const form = editor.querySelector("form");
const field = form.elements;
const FEED_SHOWN = 100;
const STEP = 15; // minutes

let state = null; // what the server said last
let week = ""; // any day of the week that is shown; empty for this one
let edited = null; // the block that the editor is open for, or null for a new event
let asked = 0; // how often the state was asked for, so that late answers are left out
let dragging = null;

// --- Days and times, all of them on the calendar's wall: no zone of the browser's comes in.

const day = (text) => new Date(`${text.slice(0, 10)}T00:00Z`);
const iso = (date) => date.toISOString().slice(0, 10);
const plus = (text, days) => iso(new Date(day(text).getTime() + days * 86_400_000));
const named = (text, options) => day(text).toLocaleDateString("en-GB", { timeZone: "UTC", ...options });
const clock = (minutes) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

function moved(block, days, by) {
  const start = new Date(`${block.start}Z`).getTime() + days * 86_400_000 + by * 60_000;
  const length = new Date(`${block.end}Z`) - new Date(`${block.start}Z`);
  const told = (instant) => new Date(instant).toISOString().slice(0, 16);
  return { ...block, start: told(start), end: told(start + length) };
}

// --- Talking to the server.

async function call(method, path, said) {
  const request = { method };
  if (said !== undefined) {
    request.headers = { "Content-Type": "application/json" };
    request.body = JSON.stringify(said);
  }
  const answer = await fetch(path, request);
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    throw new Error(told.error || `the server answered ${answer.status}`);
  }
  return answer;
}

async function tried(action) {
  try {
    await action();
    at("notice").textContent = "";
    return true;
  } catch (error) {
    at("notice").textContent = error.message;
    return false;
  }
}

async function refresh() {
  const number = ++asked;
  await tried(async () => {
    const answer = await call("GET", `state?week=${week}`);
    const told = await answer.json();
    if (number === asked && dragging === null) draw(told);
  });
}

// --- Drawing.

function node(name, parts = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(parts)) {
    if (key === "text") made.textContent = value;
    else if (key === "className") made.className = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

function draw(told) {
  state = told;
  const monday = state.monday;
  const blocks = [...state.calendar, ...state.copy];
  const first = Math.min(8, ...blocks.map((one) => Math.floor(one.from / 60)));
  const last = Math.max(18, ...blocks.map((one) => Math.ceil(one.to / 60)));
  at("range").textContent =
    `${named(monday, { day: "numeric", month: "short" })} to ` +
    `${named(plus(monday, 6), { day: "numeric", month: "short", year: "numeric" })}, ${state.zone}`;
  const focused = document.activeElement?.dataset.key;
  // One row is free, to make something in; both weeks have as many, so that they stand alike.
  const rows = Math.max(0, ...[...state.calendar_band, ...state.copy_band].map((one) => one.lane + 1)) + 1;
  drawWeek(at("calendar"), state.calendar, state.calendar_band, [first, last, rows], true);
  drawWeek(at("copy"), state.copy, state.copy_band, [first, last, rows], false);
  if (focused && !editor.open) focusOn(focused);
  drawThreads();
  at("step").textContent = state.in_step ? "in step" : "behind";
  at("step").classList.toggle("behind", !state.in_step);
  if (at("health").textContent !== state.health.text) at("health").textContent = state.health.text;
  at("health").className = `hint ${state.health.tone}`;
  for (const box of document.querySelectorAll("[data-fault]")) {
    box.checked = state.faults[box.dataset.fault];
  }
  drawSeries();
}

function drawWeek(place, blocks, bars, [first, last, rows], live) {
  const week = node("ol", { className: "days" });
  for (let number = 0; number < 7; number += 1) {
    const text = plus(state.monday, number);
    const title = node("h4", { text: named(text, { weekday: "short", day: "numeric" }) });
    const list = node("ol", { className: "blocks" });
    const standing = wide.matches ? [] : bars.filter((one) => one.day <= number && number < one.day + one.span);
    for (const bar of standing) list.append(node("li", { "data-event": bar.event }, drawBar(bar, live)));
    for (const block of blocks.filter((one) => one.day === number)) {
      list.append(drawBlock(block, live));
    }
    if (live) list.addEventListener("click", (event) => createAt(event, list, text, first));
    week.append(node("li", { className: text === state.today ? "day now" : "day" }, title, list));
  }
  const hours = node("div", { className: "hours", "aria-hidden": "true" });
  for (let hour = first; hour <= last; hour += 1) {
    const label = node("span", { text: String(hour) });
    label.style.top = `calc(${hour - first} * var(--hour))`;
    hours.append(label);
  }
  place.style.setProperty("--first", first);
  place.style.setProperty("--hours", last - first);
  const band = wide.matches ? [drawBand(place, bars, rows, live)] : [];
  place.replaceChildren(hours, week, ...band);
}

function drawBlock(block, live) {
  const [lineage, segment] = lineageOf(block.event);
  const times = `${clock(block.from)}–${clock(block.to % 1440)}`;
  const title = segment > 0 ? `↳ ${block.title}` : block.title;
  const short = block.to - block.from < 45 || block.lanes > 2;
  const classes = ["block", short ? "short" : "", segment > 0 ? "later" : ""];
  if (block.lanes > 1) classes.push("slim");
  if (lineage >= 0) classes.push(`hue-${lineage % 6}`);
  const parts = { className: classes.filter(Boolean).join(" "), title: `${block.title}, ${times}` };
  const shown = node(live ? "button" : "div", parts);
  const when = node("span", { className: "when", text: clock(block.from) });
  when.append(node("span", { className: "till", text: `–${clock(block.to % 1440)}` }));
  shown.append(node("b", { text: title }), " ", when);
  if (live) {
    const date = named(block.start, { weekday: "long", day: "numeric", month: "long" });
    const repeats = block.original ? ", repeats" : "";
    shown.type = "button";
    shown.dataset.key = keyOf(block);
    shown.setAttribute("aria-label", `${block.title}, ${date}, ${times.replace("–", " to ")}${repeats}`);
    shown.addEventListener("click", () => open(block));
    shown.addEventListener("keydown", (event) => nudge(event, block));
    shown.addEventListener("pointerdown", (event) => lift(event, shown, block));
  }
  const item = node("li", { "data-event": block.event }, shown);
  for (const name of ["from", "to", "lane", "lanes"]) item.style.setProperty(`--${name}`, block[name]);
  return item;
}

const keyOf = (block) => `${block.event} ${block.original}`;

function focusOn(key) {
  const found = [...at("calendar").querySelectorAll("button")].find((one) => one.dataset.key === key);
  (found || at("calendar-title")).focus({ preventScroll: true });
}

function lineageOf(event) {
  const lineage = state.series.findIndex((one) => one.some((segment) => segment.id === event));
  const segment = lineage < 0 ? -1 : state.series[lineage].findIndex((one) => one.id === event);
  return [lineage, segment];
}

function drawSeries() {
  const rows = state.series.map((lineage, number) => {
    const row = node("li", { className: `hue-${number % 6}` });
    lineage.forEach((segment, place) => {
      const since = node("small", { text: `${place > 0 ? "goes on" : "since"} ${segment.since}` });
      const shown = node("span", { className: "segment" }, node("b", { text: segment.title }), " ", since);
      const link = place > 0 ? [node("span", { className: "link", "aria-hidden": "true" })] : [];
      row.append(node("span", { className: "linked" }, ...link, shown));
    });
    return row;
  });
  at("series").replaceChildren(...rows);
}

/** Draw a thread in the copy from the last block of a segment to the first of the next. */
function drawThreads() {
  const place = at("copy");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "threads");
  svg.setAttribute("aria-hidden", "true");
  const box = place.getBoundingClientRect();
  const items = (id) => [...place.querySelectorAll("li[data-event]")].filter((one) => one.dataset.event === id);
  state.series.forEach((lineage, number) => {
    for (let next = 1; next < lineage.length; next += 1) {
      const from = items(lineage[next - 1].id).at(-1)?.getBoundingClientRect();
      const to = items(lineage[next].id)[0]?.getBoundingClientRect();
      if (!from || !to) continue;
      const [x, y] = [from.right - box.left - 4, from.top - box.top + from.height / 2];
      const [u, v] = [to.left - box.left + 3, to.top - box.top + to.height / 2];
      const bend = Math.max(14, Math.abs(u - x) / 2);
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", `M${x},${y} C${x + bend},${y} ${u - bend},${v} ${u},${v}`);
      const group = document.createElementNS("http://www.w3.org/2000/svg", "g");
      group.setAttribute("class", `hue-${number % 6}`);
      const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
      for (const [name, value] of [["cx", u], ["cy", v], ["r", 3.5]]) dot.setAttribute(name, value);
      group.append(path, dot);
      svg.append(group);
    }
  });
  place.append(svg);
}

function drawChange(change) {
  const item = node(
    "li",
    { className: change.kind },
    node("span", { className: "kind", text: change.kind }),
    node("span", { className: "what" }, node("b", { text: change.title }), ` ${change.detail}`),
    node("time", { text: change.at }),
  );
  if (change.new) item.append(node("code", { text: `${change.old} → ${change.new}` }));
  at("feed").prepend(item);
  while (at("feed").children.length > FEED_SHOWN) at("feed").lastChild.remove();
}

// --- Editing.

function open(block, wish = block) {
  edited = block.event ? block : null;
  at("editor-title").textContent = edited ? "Edit event" : "New event";
  at("repeats").hidden = edited !== null;
  at("scope").hidden = !block.original;
  at("delete").hidden = edited === null;
  at("wrong").textContent = "";
  form.reset();
  const whole = wish.start.length === 10;
  field.title.value = wish.title;
  field.whole.checked = whole;
  field.day.value = wish.start.slice(0, 10);
  field.last.value = whole ? plus(wish.end, -1) : field.day.value;
  field.from.value = whole ? "10:00" : wish.start.slice(11, 16);
  field.to.value = whole ? "11:00" : wish.end.slice(11, 16);
  at("whole").hidden = edited !== null; // days stay days, and times stay times
  showKind();
  editor.showModal();
  field.title.select();
}

/** Show what is asked of whole days, or of times. */
function showKind() {
  const whole = field.whole.checked;
  for (const one of form.querySelectorAll(".whole")) one.hidden = !whole;
  for (const one of form.querySelectorAll(".timed")) one.hidden = whole;
  field.last.required = whole;
  field.from.required = field.to.required = !whole;
}

function createAt(event, list, text, first) {
  if (event.target !== list) return;
  let from = 9 * 60;
  if (wide.matches) {
    const hour = list.getBoundingClientRect().height / Number(at("calendar").style.getPropertyValue("--hours"));
    const clicked = first * 60 + (event.offsetY / hour) * 60;
    from = Math.min(23 * 60, Math.floor(clicked / 30) * 30);
  }
  open({ title: "", start: `${text}T${clock(from)}`, end: `${text}T${clock(from + 60)}` });
}

function wished() {
  const text = field.day.value;
  if (field.whole.checked) return { title: field.title.value, start: text, end: plus(field.last.value, 1) };
  const over = minutes(field.to.value) <= minutes(field.from.value);
  return {
    title: field.title.value,
    start: `${text}T${field.from.value}`,
    end: `${over ? plus(text, 1) : text}T${field.to.value}`,
  };
}

async function save() {
  const wish = wished();
  if (edited === null) {
    await call("POST", "events", { ...wish, repeats: field.repeats.value });
    return;
  }
  await put(edited, wish, field.scope.value);
}

async function put(block, wish, scope) {
  const same = wish.start === block.start && wish.end === block.end;
  const said = { title: wish.title, start: wish.start, end: wish.end, scope, moved: !same };
  if (block.original) said.original = block.original;
  await call("PATCH", `events/${encodeURIComponent(block.event)}`, said);
}

async function remove() {
  const query = new URLSearchParams({ scope: field.scope.value });
  if (edited.original) query.set("original", edited.original);
  await call("DELETE", `events/${encodeURIComponent(edited.event)}?${query}`);
}

async function closing(action) {
  const key = edited && keyOf(edited);
  try {
    await action();
  } catch (error) {
    at("wrong").textContent = error.message;
    return;
  }
  editor.close();
  await refresh();
  if (key) focusOn(key);
}

/** Move an event: one of a series asks which ones are meant. */
async function move(block, wish) {
  if (wish.start === block.start) return draw(state);
  if (block.original) {
    draw(state);
    open(block, wish);
    return undefined;
  }
  await tried(() => put(block, wish, "this"));
  return refresh();
}

const NUDGES = { ArrowUp: [0, -STEP], ArrowDown: [0, STEP], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

function nudge(event, block) {
  const [days, by] = (event.altKey && NUDGES[event.key]) || [];
  if (days === undefined) return;
  event.preventDefault();
  move(block, moved(block, days, by));
}

// --- What the page's controls do.

function turnTo(text) {
  week = text;
  refresh();
}

at("earlier").addEventListener("click", () => turnTo(plus(state.monday, -7)));
at("later").addEventListener("click", () => turnTo(plus(state.monday, 7)));
at("today").addEventListener("click", () => turnTo(""));
at("new").addEventListener("click", () => {
  const inside = state.today >= state.monday && state.today <= plus(state.monday, 6);
  const text = inside ? state.today : state.monday;
  open({ title: "", start: `${text}T10:00`, end: `${text}T11:00` });
});
field.whole.addEventListener("change", showKind);
at("cancel").addEventListener("click", () => editor.close());
at("delete").addEventListener("click", () => closing(remove));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  closing(save);
});
at("cursor").addEventListener("click", () => tried(() => call("DELETE", "cursor")));
for (const box of document.querySelectorAll("[data-fault]")) {
  box.addEventListener("change", () =>
    tried(() => call("PUT", `faults/${box.dataset.fault}`, { on: box.checked })),
  );
}
wide.addEventListener("change", () => state && draw(state));
addEventListener("resize", () => {
  at("copy").querySelector(".threads")?.remove();
  if (state) drawThreads();
});

const feed = new EventSource("feed");
feed.addEventListener("change", (event) => drawChange(JSON.parse(event.data)));
feed.addEventListener("news", refresh);
