// What npm's @googleapis/calendar makes of the fake: one line of JSON, judged by test_npm_client.py.
import { createRequire } from "node:module";

const [modules, root] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const { calendar, auth: ways } = require("@googleapis/calendar");

const auth = new ways.OAuth2();
auth.setCredentials({ access_token: "token" });
const service = calendar({ version: "v3", auth, rootUrl: root, retry: false });
const calendarId = "primary";
const said = {};

async function refusal(call) {
  try {
    await call;
  } catch (error) {
    const told = error.response?.data?.error;
    return [told?.code ?? error.status, told?.errors?.[0]?.reason ?? error.message];
  }
  return null;
}

async function walk(query) {
  const items = [];
  let pageToken;
  for (;;) {
    const { data } = await service.events.list({ calendarId, maxResults: 7, pageToken, ...query });
    items.push(...(data.items ?? []));
    if (!data.nextPageToken) return [items, data.nextSyncToken];
    pageToken = data.nextPageToken;
  }
}

const [all, syncToken] = await walk({});
said.listed = all.length;

const at = (hour) => ({ dateTime: `2026-03-02T${hour}:00:00`, timeZone: "Europe/Zurich" });
const body = { summary: "Zürich?", start: at("09"), end: at("10") };
const recurrence = ["RRULE:FREQ=WEEKLY;COUNT=3"];
const made = (await service.events.insert({ calendarId, requestBody: { ...body, recurrence } })).data;
const eventId = made.id;
said.got = (await service.events.get({ calendarId, eventId })).data.summary;
said.patched = (
  await service.events.patch({ calendarId, eventId, requestBody: { location: "Room 1" } })
).data.location;
said.instances = (await service.events.instances({ calendarId, eventId })).data.items.map(
  (one) => one.start.dateTime.slice(0, 10),
);
said.updated = (
  await service.events.update({ calendarId, eventId, requestBody: { ...body, summary: "Bern" } })
).data.summary;
said.quick = (await service.events.quickAdd({ calendarId, text: "Lunch" })).data.summary;
await service.events.delete({ calendarId, eventId });
said.twice = await refusal(service.events.delete({ calendarId, eventId }));
said.garbage = await refusal(
  service.events.insert({ calendarId, requestBody: { ...body, recurrence: ["hello"] } }),
);
const [changed] = await walk({ syncToken });
said.changed = changed.map((one) => one.status);
const [ordered] = await walk({ singleEvents: true, orderBy: "startTime", showDeleted: true });
const starts = ordered.flatMap((one) => (one.start ? [Date.parse(one.start.dateTime)] : []));
said.ordered = starts.every((start, place) => place === 0 || starts[place - 1] <= start);
said.deleted = ordered.some((one) => one.status === "cancelled");
said.free = Object.keys(
  (
    await service.freebusy.query({
      requestBody: {
        timeMin: "2026-02-01T00:00:00Z",
        timeMax: "2026-02-02T00:00:00Z",
        items: [{ id: "primary" }],
      },
    })
  ).data.calendars,
);
said.masked = (await service.events.list({ calendarId, maxResults: 1, fields: "items(summary)" })).data;
said.unknownField = await refusal(service.events.list({ calendarId, fields: "items(bogus)" }));
said.lists = (await service.calendarList.list()).data.items.length;
const channel = (
  await service.events.watch({
    calendarId,
    requestBody: { id: "channel-1", type: "web_hook", address: "https://hooks.example.com/" },
  })
).data;
await service.channels.stop({ requestBody: { id: channel.id, resourceId: channel.resourceId } });
said.channel = channel.kind;
console.log(JSON.stringify(said));
