// Every text that a person can see or hear on the page: [where it stands, the text].
// Nothing is read within the elements that `notRead` selects.
notRead => {
  const skipped = node => notRead.some(selector => node.closest(selector));
  const ATTRIBUTES = ["aria-label", "title", "alt", "placeholder", "aria-valuetext", "aria-description"];
  const HIDDEN = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE"]);
  const found = [];
  const place = element => {
    const own = element.closest("[class]");
    return `${element.tagName.toLowerCase()} in .${own ? [...own.classList].join(".") : ""}`;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.currentNode; node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.textContent.trim();
      const parent = node.parentElement;
      const seen = parent.checkVisibility() || parent.closest("dialog, option");
      if (text && seen && !HIDDEN.has(parent.tagName) && !skipped(parent)) found.push([place(parent), text]);
    } else if (!skipped(node)) {
      for (const name of ATTRIBUTES) {
        if (node.getAttribute(name)) found.push([`${name} of ${place(node)}`, node.getAttribute(name)]);
      }
    }
  }
  found.push(["title", document.title]);
  for (const text of window.drawnWords || []) found.push(["canvas", text]);
  return found;
}
