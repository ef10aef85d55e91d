"use strict";

// --- The band above the week, in which whole days stand. Where the page is narrow, each day has them.

const movedDays = (bar, by) => ({ ...bar, start: plus(bar.start, by), end: plus(bar.end, by) });

/** Say which days a bar takes: the last one is inclusive for people. */
function spanOf(bar) {
  const told = (text) => named(text, { weekday: "long", day: "numeric", month: "long" });
  const last = plus(bar.end, -1);
  return last > bar.start ? `${told(bar.start)} to ${told(last)}` : told(bar.start);
}

function drawBand(place, bars, rows, live) {
  const band = node("ol", { className: "band", "aria-label": "All day" });
  for (const bar of bars) {
    const item = node("li", { "data-event": bar.event }, drawBar(bar, live));
    item.style.gridColumn = `${bar.day + 1} / span ${bar.span}`;
    item.style.gridRow = bar.lane + 1;
    band.append(item);
  }
  place.style.setProperty("--rows", rows);
  if (live) band.addEventListener("pointerdown", (event) => stretch(event, band));
  return band;
}

function drawBar(bar, live) {
  const [lineage, segment] = lineageOf(bar.event);
  const title = segment > 0 ? `↳ ${bar.title}` : bar.title;
  const classes = ["block", "bar", segment > 0 ? "later" : "", lineage >= 0 ? `hue-${lineage % 6}` : ""];
  if (bar.before) classes.push("before");
  if (bar.after) classes.push("after");
  const said = `${bar.title}, ${spanOf(bar)}, all day`;
  const shown = node(live ? "button" : "div", { className: classes.filter(Boolean).join(" "), title: said });
  shown.append(node("b", { text: title }), " ", node("span", { className: "when", text: "all day" }));
  if (live) {
    shown.type = "button";
    shown.dataset.key = keyOf(bar);
    shown.setAttribute("aria-label", `${said}${bar.original ? ", repeats" : ""}`);
    shown.addEventListener("click", () => open(bar));
    shown.addEventListener("keydown", (event) => nudgeDays(event, bar));
    shown.addEventListener("pointerdown", (event) => slide(event, shown, bar));
  }
  return shown;
}

function nudgeDays(event, bar) {
  const by = event.altKey ? { ArrowLeft: -1, ArrowRight: 1 }[event.key] : undefined;
  if (by === undefined) return;
  event.preventDefault();
  move(bar, movedDays(bar, by));
}

/** Move a bar by days, with mouse or pen. */
function slide(event, shown, bar) {
  if (!wide.matches || event.button !== 0 || event.pointerType === "touch") return;
  event.stopPropagation();
  const column = shown.closest(".band").getBoundingClientRect().width / 7;
  const origin = event.clientX;
  let wish = bar;
  const drag = (now) => {
    const x = now.clientX - origin;
    if (dragging === null && Math.abs(x) < 5) return;
    dragging = bar;
    shown.classList.add("dragging");
    const by = Math.max(-bar.day - bar.span + 1, Math.min(6 - bar.day, Math.round(x / column)));
    wish = movedDays(bar, by);
    shown.style.transform = `translate(${by * column}px)`;
  };
  followPointer(event, shown, drag, () => move(bar, wish));
}

/** Make an event of the days that are dragged over; of one, where it is clicked. */
function stretch(event, band) {
  if (event.target !== band || event.button !== 0 || event.pointerType === "touch") return;
  const box = band.getBoundingClientRect();
  const columnAt = (x) => Math.max(0, Math.min(6, Math.floor(((x - box.left) / box.width) * 7)));
  const origin = columnAt(event.clientX);
  const ghost = node("li", { className: "ghost" });
  let chosen = [origin, origin];
  const drag = (now) => {
    chosen = [origin, columnAt(now.clientX)].sort((one, other) => one - other);
    ghost.style.gridColumn = `${chosen[0] + 1} / span ${chosen[1] - chosen[0] + 1}`;
  };
  dragging = {};
  drag(event);
  ghost.style.gridRow = Number(at("calendar").style.getPropertyValue("--rows"));
  band.append(ghost);
  followPointer(event, band, drag, () => {
    draw(state);
    const [first, last] = chosen.map((number) => plus(state.monday, number));
    open({ title: "", start: first, end: plus(last, 1) });
  });
}
