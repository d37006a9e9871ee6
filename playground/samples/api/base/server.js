const express = require('express');
const { page } = require('./page');
const { weatherOn } = require('./weather');

const app = express();

app.get('/', (request, response) => {
  response.send(page('Weather today', [weatherOn(new Date())]));
});

app.get('/weather', (request, response) => {
  response.json(weatherOn(new Date()));
});

app.get('/health', (request, response) => {
  response.json({ status: 'ok' });
});

const port = process.env.PORT || 3000;
app.listen(port, () => console.log(`listening on port ${port}`));
