// What a reviewer of accessibility looks for, as far as a script can: a list of findings.
() => {
  const found = [];
  const seen = (e) => {
    if (e.closest("dialog:not([open])")) return false;
    const style = getComputedStyle(e);
    const box = e.getBoundingClientRect();
    return style.visibility !== "hidden" && style.display !== "none" && box.width > 1 && box.height > 1;
  };
  const say = (e) => `<${e.tagName.toLowerCase()} class="${e.className.baseVal ?? e.className}"> ${(e.textContent || "").trim().slice(0, 40)}`;

  // Every control has a name.
  for (const e of document.querySelectorAll("button, select, input, textarea, a[href], summary, [role=button], [role=slider]")) {
    const by = (e.getAttribute("aria-labelledby") || "").split(" ").map((id) => document.getElementById(id)?.textContent || "").join("");
    const name = e.getAttribute("aria-label") || by || [...(e.labels || [])].map((l) => l.textContent).join("") || e.textContent;
    if (!name.trim()) found.push(`no name: ${say(e)}`);
  }
  // Headings begin with one h1 and skip no level.
  const levels = [...document.querySelectorAll("h1,h2,h3,h4,h5")].filter((e) => !e.closest("dialog:not([open])")).map((h) => Number(h.tagName[1]));
  if (levels[0] !== 1 || levels.filter((l) => l === 1).length !== 1) found.push(`headings: ${levels}`);
  levels.forEach((level, n) => n && level > levels[n - 1] + 1 && found.push(`heading ${n} skips a level: ${levels}`));
  if (!document.documentElement.lang) found.push("no language");
  const ids = [...document.querySelectorAll(".sim [id]")].map((e) => e.id);
  for (const id of ids.filter((id, n) => ids.indexOf(id) !== n)) found.push(`twice: #${id}`);
  for (const e of document.querySelectorAll(".sim [tabindex]")) if (e.tabIndex > 0) found.push(`jumps the queue: ${say(e)}`);

  // Text stands out from what is behind it: 4.5 to 1, large text 3 to 1.
  const parse = (css) => {
    const [r, g, b, a = 1] = css.match(/[\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, under) => {
    const mix = (c) => top[c] * top.a + under[c] * (1 - top.a);
    return { r: mix("r"), g: mix("g"), b: mix("b"), a: 1 };
  };
  const behind = (e) => {
    const layers = [];
    for (let at = e; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.a > 0) layers.push(colour);
      if (colour.a === 1) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), { r: 255, g: 255, b: 255, a: 1 });
  };
  const light = ({ r, g, b }) =>
    [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
      .reduce((sum, v, n) => sum + v * [0.2126, 0.7152, 0.0722][n], 0);
  for (const e of document.querySelectorAll(".sim *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !seen(e) || e.closest("[disabled], svg, .sim-hidden, option")) continue;
    const style = getComputedStyle(e);
    if (style.clipPath !== "none") continue;
    const ground = behind(e);
    const ink = over(parse(style.color), ground);
    const [high, low] = [light(ink), light(ground)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) found.push(`contrast ${ratio.toFixed(2)}: ${say(e)}`);
  }

  // What is pressed can be hit: 24 by 24 pixels, as measured by what takes the press around it. Words of the
  // glossary stand in a text, whose lines decide their height.
  for (const e of document.querySelectorAll("button, select, input, .sim a[href]")) {
    if (!seen(e) || e.closest("p, .sim-hidden, [disabled]") || e.matches(".sim-skip, .sim-hidden, .sim-word")) continue;
    const label = e.matches("[type=checkbox], [type=radio], [type=file]") && e.closest("label"); // it can be pressed too
    const box = (label || e).getBoundingClientRect();
    const more = getComputedStyle(e, "::after");
    const stretched = more.position === "absolute" && more.content !== "none";
    if (stretched && getComputedStyle(e).position === "static") continue; // a card that is a link as a whole
    const reach = stretched ? -2 * Math.min(0, parseFloat(more.top) || 0) : 0;
    if (box.height + reach < 24 || box.width + reach < 24) found.push(`small, ${Math.round(box.width)} by ${Math.round(box.height)}: ${say(e)}`);
  }
  return found;
}
