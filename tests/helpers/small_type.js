// Visible text below a size in pixels, as the wall shows it: with every zoom and every scaled drawing.
(least) => {
  const found = new Set();
  for (const e of document.querySelectorAll(".sim *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || e.closest(".sim-hidden, option, dialog:not([open])")) continue;
    const box = e.getBoundingClientRect();
    const style = getComputedStyle(e);
    if (box.width < 2 || box.top > innerHeight || box.bottom < 0 || style.visibility === "hidden" || style.clipPath !== "none") continue;
    const drawn = e.closest("svg") && e.getScreenCTM ? e.getScreenCTM().a : e.currentCSSZoom || 1;
    const size = parseFloat(style.fontSize) * drawn;
    if (size < least) found.add(`${size.toFixed(1)} px: ${e.tagName} ${e.className.baseVal ?? e.className} ${e.textContent.trim().slice(0, 30)}`);
  }
  return [...found];
}
