"use strict";

// --- Dragging, by mouse or pen where the week is drawn as a grid.

function lift(event, shown, block) {
  if (!wide.matches || event.button !== 0 || event.pointerType === "touch") return;
  const column = shown.closest(".day").getBoundingClientRect().width;
  const height = shown.closest(".blocks").getBoundingClientRect().height;
  const minute = height / Number(at("calendar").style.getPropertyValue("--hours")) / 60;
  const origin = { x: event.clientX, y: event.clientY };
  let wish = block;
  const drag = (now) => {
    const [x, y] = [now.clientX - origin.x, now.clientY - origin.y];
    if (dragging === null && Math.hypot(x, y) < 5) return;
    dragging = block;
    shown.classList.add("dragging");
    const days = Math.max(-block.day, Math.min(6 - block.day, Math.round(x / column)));
    const snapped = Math.round(y / minute / STEP) * STEP;
    const by = Math.max(-block.from, Math.min(1425 - block.from, snapped));
    wish = moved(block, days, by);
    shown.style.transform = `translate(${days * column}px, ${by * minute}px)`;
    shown.querySelector(".when").textContent = `${wish.start.slice(11)}–${wish.end.slice(11)}`;
  };
  followPointer(event, shown, drag, () => move(block, wish));
}

/** Follow a pointer until it lets go, and do something if it had taken anything up. */
function followPointer(event, shown, drag, dropped) {
  const drop = (now) => {
    shown.removeEventListener("pointermove", drag);
    if (dragging === null) return;
    dragging = null;
    // The click that follows would open the editor.
    shown.addEventListener("click", (click) => click.stopImmediatePropagation(), { capture: true, once: true });
    if (now.type === "pointerup") setTimeout(dropped);
    else draw(state);
  };
  shown.setPointerCapture(event.pointerId);
  shown.addEventListener("pointermove", drag);
  shown.addEventListener("pointerup", drop, { once: true });
  shown.addEventListener("pointercancel", drop, { once: true });
}
