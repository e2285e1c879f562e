// Targets below 44 by 44 pixels, as measured by what takes the press. Links and words of the glossary inside a
// text are exempt, and so is the native slider, over which a larger layer lies.
() => {
  const small = [];
  for (const e of document.querySelectorAll(".sim :is(button, select, summary, input, a[href])")) {
    const label = e.matches("[type=checkbox], [type=radio], [type=file]") && e.closest("label");
    const box = (label || e).getBoundingClientRect();
    const style = getComputedStyle(e);
    if (box.width < 2 || style.visibility === "hidden") continue;
    if (e.closest("dialog:not([open]), .sim-hidden") || e.matches(".sim-skip, [type=range]")) continue;
    if (e.matches("a, .sim-word") && e.parentElement.textContent.trim() !== e.textContent.trim()) continue;
    const more = getComputedStyle(e, "::after");
    const stretched = more.position === "absolute" && more.content !== "none";
    if (stretched && style.position === "static") continue; // a card that is a link as a whole
    const reach = stretched ? -2 * Math.min(0, parseFloat(more.top) || 0) : 0;
    const name = (e.getAttribute("aria-label") || e.textContent).trim().slice(0, 30);
    if (box.height + reach < 43.5 || box.width + reach < 43.5)
      small.push(`${Math.round(box.width)} by ${Math.round(box.height)}: ${e.tagName} ${e.className} ${name}`);
  }
  return small;
}
