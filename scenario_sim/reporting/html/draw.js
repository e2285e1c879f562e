// Each chart beside its table; without scripts the tables are all there is, and all there needs to be.
(function () {
  if (!window.echarts) return;
  const width = 680; // a page of A4 between its margins: printed as on the screen
  for (const place of document.querySelectorAll(".chart")) {
    const room = place.closest(".small") ? 330 : width;
    place.style.width = Math.min(room, place.parentNode.clientWidth) + "px";
    place.style.height = place.dataset.height + "px";
    const chart = echarts.init(place, null, { renderer: "svg" });
    chart.setOption(JSON.parse(document.getElementById(place.dataset.option).textContent));
    place.setAttribute("role", "img");
  }
})();
