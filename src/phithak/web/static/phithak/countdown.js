// shows the time left of a staff session; the server decides, this only tells
(() => {
  const text = document.querySelector("[data-countdown]");
  const bar = document.querySelector("[data-countdown-bar]");
  if (!text) return;
  const end = performance.now() + Number(text.dataset.countdown) * 1000;
  const show = () => {
    const left = Math.max(0, Math.round((end - performance.now()) / 1000));
    text.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (bar) bar.value = left;
    if (left === 0) window.location.reload();
    else if (!document.hidden) setTimeout(show, 1000);
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden) show(); });
  show();
})();
