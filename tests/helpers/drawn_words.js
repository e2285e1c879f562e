// Charts draw their words on canvases, where no other script can read them: remember each.
window.drawnWords = new Set();
for (const name of ["fillText", "strokeText"]) {
  const draw = CanvasRenderingContext2D.prototype[name];
  CanvasRenderingContext2D.prototype[name] = function (text, ...where) {
    window.drawnWords.add(String(text));
    return draw.call(this, text, ...where);
  };
}
