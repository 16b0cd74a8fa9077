/** Short articles to publish when there is none at hand. */

export const EXAMPLES = [
  `The Library That Lends Out Tools

TL;DR. A small town's library now lends drills and ladders beside its novels. A year on, borrowing is up and garages are emptier.

When the library put its first cordless drill on the shelf, the staff expected a joke in the local paper. They got a waiting list.

## What people borrow

Ladders lead, followed by drills and a carpet cleaner that is booked until spring. Most loans last a weekend.

## What it costs

The shelf was paid for by a grant the size of one shelf of encyclopedias. Repairs are done by two retired engineers on Thursdays.

Source: roundtable.example - Notes from a Small Town`,
  `Why Night Trains Are Filling Up Again

TL;DR. Sleeper services that were cut ten years ago are coming back, and the berths sell out first. Operators say that rolling stock is now the limit.

A berth, a blanket and a breakfast roll: the offer has hardly changed in fifty years. What has changed is who buys it.

## A different traveller

Conductors speak of fewer backpacks and more laptops. Families book a whole compartment and call it the holiday's first night.

## The missing carriages

Building a sleeping car takes three years, and the order books are full. Until then, carriages from the eighties are being repainted.

Source: roundtable.example - Rails and Timetables`,
];
