const express = require('express');
const { page } = require('./page');
const { weatherOn } = require('./weather');

const app = express();

function nextDays(count) {
  const now = Date.now();
  return Array.from({ length: count }, (_, day) => weatherOn(new Date(now + day * 86_400_000)));
}

app.get('/', (request, response) => {
  response.send(page('Weather for three days', nextDays(3)));
});

app.get('/weather', (request, response) => {
  response.json(weatherOn(new Date()));
});

app.get('/forecast', (request, response) => {
  response.json(nextDays(3));
});

app.get('/health', (request, response) => {
  response.json({ status: 'ok' });
});

const port = process.env.PORT || 3000;
app.listen(port, () => console.log(`listening on port ${port}`));
