#!/usr/bin/env python3
"""A small line controller for linetwin, to begin a controller of your own with.

    linetwin run scenarios/carton-line-250.ron --controller 'stdio:python3 docs/controller.py'

It prints, verifies, rejects and packs on a line with one tracked belt, for a day on which the devices do
what they are told and nobody touches a product. On other days it fails; to see how:

    linetwin explore scenarios/carton-line-250.ron --controller 'stdio:python3 docs/controller.py'

docs/controller.md describes what is said here.
"""

import json
import sys

FNC1 = "\x1d"


class Controller:
    def __init__(self, hello):
        self.order, self.layout = hello["order"], hello["layout"]
        self.order_id = hello["order_id"]
        self.belt = self.layout["sections"][0]
        self.out = []  # what is to be done now
        self.waiting = []  # messages that the ledger has not answered, oldest first
        self.sequence = 0
        self.pool, self.ssccs = [], []  # numbers that are not used yet
        self.jobs = {}  # print jobs in the printer's buffer
        self.next_job = 1
        self.windows = []  # products on the belt, oldest first
        self.admitted = 0
        left = self.order["quantity"]
        self.stations = []
        for station in self.layout["stations"]:
            children = station["children"]
            self.stations.append({**station, "left": left, "number": 0, "target": 0, "open": [],
                                  "expected": set(), "closed": [], "label": None})
            left = -(-left // children)

    # What can be done.

    def device(self, command, **what):
        self.out.append({"Device": {command: what}})

    def send(self, now, command, **what):
        self.sequence += 1
        message = {"sequence": self.sequence, "happened": now, "command": {command: what}}
        self.waiting.append(message)
        self.out.append({"Send": message})
        self.out.append({"SetTimer": now + int(self.layout["retry_s"] * 1e9)})
        return self.sequence

    # What is heard.

    def hear(self, now, heard):
        self.out = []
        kind, what = next(iter(heard.items())) if isinstance(heard, dict) else (heard, {})
        if kind == "Device":
            kind, what = next(iter(what.items()))
        # Whatever this controller does not know, it does not answer.
        getattr(self, kind, lambda now: None)(now, **what)
        return self.out

    def Started(self, now):
        self.send(now, "StartOrder", order=self.order_id, line=self.layout["line"])
        containers = sum(-(-station["left"] // station["children"]) for station in self.stations)
        self.send(now, "AllocateSsccs", order=self.order_id, count=containers)
        self.send(now, "AllocateSerials", order=self.order_id, count=self.order["quantity"] + 20)

    def TimerExpired(self, now):
        """Whatever is not answered is sent again; the ledger knows what it has heard before."""
        if self.waiting and now - self.waiting[0].get("sent", 0) >= self.layout["retry_s"] * 1e9:
            for message in self.waiting:
                message["sent"] = now
                self.out.append({"Send": {k: v for k, v in message.items() if k != "sent"}})
            self.out.append({"SetTimer": now + int(self.layout["retry_s"] * 1e9)})

    def Answered(self, now, sequence, given, crypto_codes):
        if not self.waiting or self.waiting[0]["sequence"] != sequence:
            return
        command = next(iter(self.waiting.pop(0)["command"]))
        numbers = given.get("Ok", [])
        self.ssccs += [number["Container"] for number in numbers if "Container" in number]
        self.pool += [number["Unit"] for number in numbers if "Unit" in number]
        if command == "AllocateSerials":
            for station in self.stations:
                self.begin(station)
            self.admit(self.order["quantity"])
            self.feed_printer()
        elif command == "CloseOrder" and "Ok" in given:
            self.out.append("OrderClosed")

    def admit(self, units):
        self.admitted += units
        self.device("SetReleaseQuota", infeed=self.layout["infeed"], total=self.admitted)

    # Print, verify, reject.

    def feed_printer(self):
        while self.pool and len(self.jobs) < self.layout["printer_buffer_jobs"]:
            unit = self.pool.pop(0)
            _, month, day = self.order["expiry"].split("-")
            text = (f"01{unit['gtin']}21{unit['serial']}{FNC1}"
                    f"17{self.order['expiry'][2:4]}{month}{day}10{self.order['lot']}")
            job, self.next_job = self.next_job, self.next_job + 1
            self.jobs[job] = {"unit": unit, "text": text}
            self.device("Print", printer=self.belt["printer"][0], job=job, text=text)

    def window(self, at_um, position_um):
        """The product that stands at this position when the encoder shows `at_um`."""
        def off(window):
            return abs(window["entered"] + position_um - at_um)
        near = [window for window in self.windows if off(window) <= self.belt["tolerance_um"]]
        return min(near, key=off, default=None)

    def ProductEntered(self, now, belt, at_um):
        self.windows.append({"entered": at_um, "code": None, "good": False})

    def Printed(self, now, printer, job, at_um):
        window, code = self.window(at_um, self.belt["printer"][1]), self.jobs.pop(job, None)
        if window and code:
            window["code"] = code
        self.feed_printer()

    def SymbolRead(self, now, camera, at_um, read):
        window = self.window(at_um, self.belt["camera"][1])
        if window and window["code"] and "Symbol" in read:
            symbol = read["Symbol"]
            window["good"] = (symbol["text"] == window["code"]["text"] and
                              symbol["grade_tenths"] >= self.layout["minimum_grade_tenths"])

    def ProductAtGate(self, now, gate, at_um):
        window = self.window(at_um, self.belt["gate"][1])
        if not window or not window["good"]:
            self.device("Reject", gate=gate)

    def RejectConfirmed(self, now, gate):
        """The oldest product that is not good has fallen. Another one is let in for it."""
        window = next(window for window in self.windows if not window["good"])
        self.windows.remove(window)
        if window["code"]:
            self.send(now, "ScrapLabel", unit=window["code"]["unit"], reason="NoRead")
        self.admit(1)

    def ProductLeft(self, now, belt, at_um):
        window = self.window(at_um, self.belt["exit_um"])
        if window:
            self.windows.remove(window)
            unit = window["code"]["unit"]
            self.send(now, "Commission", unit=unit)
            self.stations[0]["expected"].add(unit["serial"])

    # Pack.

    def begin(self, station):
        station["target"] = min(station["children"], station["left"])
        if station["target"]:
            station["number"] += 1
            self.device("BuildContainer", station=station["station"], number=station["number"],
                        children=station["target"])

    def LayerRead(self, now, station, reads):
        at = next(it for it in self.stations if it["station"] == station)
        texts = [read["Symbol"]["text"] if "Symbol" in read else "" for read in reads]
        codes = [text[18:].split(FNC1)[0] if text[:2] == "01" else text[2:] for text in texts]
        if len(set(codes)) < len(codes) or not at["expected"].issuperset(codes):
            return self.device("RescanLayer", station=station)
        at["expected"].difference_update(codes)
        at["open"] += codes
        self.device("AcceptLayer", station=station)
        if len(at["open"]) == at["target"]:
            at["left"] -= at["target"]
            at["closed"].append(at["open"])
            at["open"] = []
            self.begin(at)

    def ContainerReady(self, now, labeller):
        at = next(it for it in self.stations if it["labeller"] == labeller and it["closed"])
        at["label"] = at["label"] or self.ssccs.pop(0)
        self.device("PrintLabel", labeller=labeller, text="00" + at["label"])

    def LabelRead(self, now, labeller, read):
        at = next(it for it in self.stations if it["labeller"] == labeller and it["label"])
        if read == "NoRead" or read["Symbol"]["text"] != "00" + at["label"]:
            return self.device("PrintLabel", labeller=labeller, text="00" + at["label"])
        sscc, codes, at["label"] = at["label"], at["closed"].pop(0), None
        units = at is self.stations[0]
        gtin = self.order["product"]["gtin"]
        children = [{"Unit": {"gtin": gtin, "serial": code}} if units else {"Container": code}
                    for code in codes]
        self.send(now, "Pack", parent={"Container": sscc}, level=at["level"],
                  partial=len(codes) < at["children"], children=children)
        self.device("ReleaseContainer", labeller=labeller)
        outer = self.stations.index(at) + 1
        if outer < len(self.stations):
            self.stations[outer]["expected"].add(sscc)
        if not any(it["left"] or it["closed"] for it in self.stations):
            self.finish(now)

    def finish(self, now):
        unused = [job["unit"] for job in self.jobs.values()] + self.pool
        self.send(now, "ReturnSerials", units=unused)
        self.send(now, "FinishOrder", order=self.order_id)
        self.send(now, "CloseOrder", order=self.order_id)


def main():
    controller = Controller(json.loads(sys.stdin.readline()))
    print(json.dumps({"actions": []}), flush=True)
    for line in sys.stdin:
        heard = json.loads(line)
        print(json.dumps({"actions": controller.hear(heard["now"], heard["input"])}), flush=True)


if __name__ == "__main__":
    main()
