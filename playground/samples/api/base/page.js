const sun = '<circle cx="32" cy="32" r="14" fill="#f6b73c"/>';
const cloud = '<path d="M20 46a10 10 0 0 1 1-20 13 13 0 0 1 25 3 9 9 0 0 1-1 17z" fill="#9db8c9"/>';
const drops = '<path d="M24 50v7M33 50v7M42 50v7" stroke="#3d8fc7" stroke-width="3" stroke-linecap="round"/>';
const pictures = { 'clear': sun, 'a few clouds': sun + cloud, 'light rain': cloud + drops, 'overcast': cloud };

function card(weather) {
  return `<article><svg viewBox="8 8 48 52" width="72" height="72">${pictures[weather.sky]}</svg>
<h2>${weather.celsius} °C</h2><p>${weather.sky}</p><small>${weather.date}</small></article>`;
}

function page(title, days) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
body { margin: 0; min-height: 100vh; display: grid; place-content: center; gap: 2rem; text-align: center;
  font: 17px/1.5 system-ui, sans-serif; color: #10324a; background: linear-gradient(#cfe9fb, #f5fbff); }
h1 { margin: 0; font-size: 2.2rem; letter-spacing: -0.02em; }
main { display: flex; gap: 1.2rem; justify-content: center; flex-wrap: wrap; }
article { width: 11rem; padding: 1.5rem 1rem; border-radius: 18px; background: #fff; box-shadow: 0 8px 30px #10324a1c; }
h2 { margin: 0; } p { margin: 0; } small { color: #6b8799; }
code { padding: 0.15rem 0.5rem; border-radius: 6px; background: #ffffffb0; }
</style>
</head>
<body>
<h1>${title}</h1>
<main>${days.map(card).join('')}</main>
<p>The same as JSON: <code>GET /weather</code></p>
</body>
</html>`;
}

module.exports = { page };
