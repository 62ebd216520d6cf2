// Where one touches the map is where the hotspot is: its degrees are written in the fields, which work without this.
"use strict";
const sheet = document.querySelector("[data-west]"), svg = sheet && sheet.querySelector("svg");
if (svg) {
  const { west, south, east, north } = Object.fromEntries(Object.entries(sheet.dataset).map(([k, v]) => [k, Number(v)]));
  const box = svg.viewBox.baseVal, here = svg.querySelector(".here");
  const lat = document.getElementById("lat"), lon = document.getElementById("lon");
  const number = (field) => Number(field.value.replace(",", ".") || NaN);
  const show = () => {
    const x = ((number(lon) - west) / (east - west)) * box.width, y = ((north - number(lat)) / (north - south)) * box.height;
    const inside = x >= 0 && x <= box.width && y >= 0 && y <= box.height;
    here.setAttribute("visibility", inside ? "visible" : "hidden");
    if (inside) here.setAttribute("transform", `translate(${x} ${y})`);
  };
  svg.addEventListener("click", (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    lat.value = (north - (at.y / box.height) * (north - south)).toFixed(5);
    lon.value = (west + (at.x / box.width) * (east - west)).toFixed(5);
    show();
  });
  for (const field of [lat, lon]) field.addEventListener("input", show);
  for (const hint of document.querySelectorAll(".touch")) hint.hidden = false;
  sheet.classList.add("touched");
}
