"""What is left to do for a line, as if nothing else were planned."""

from __future__ import annotations

from scheduler import arrays as a
from scheduler.planning.core import INF
from scheduler.planning.moving import Moving
from scheduler.translate import seconds
from scheduler.worktime import forward


class Least(Moving):
    """Times what is left of lines."""

    def least_expected(self, order_id: str, line_no: int) -> int:
        """When a line would be packed at the earliest if nobody else needed its machines from now on, Unix seconds.

        What has begun ends as planned; the rest follows its routing with lags, in the ways it is planned, in working
        time, not before its material is there, with the maintenances by shots that it meets, without changeovers.
        Raises KeyError for a line that the plan doesn't have.
        """
        k = self._k
        for info in self._by_order.get(order_id, []):
            if info.line_no != line_no:
                continue
            done: dict[int, int] = {}
            end = max(info.stock_end_s, int(k.s[a.S_FLOOR]) if not info.count else -INF)
            for x in range(info.x0, info.x0 + info.count):
                if k.ops[x, a.STATE] not in (a.OPEN, a.FIXED):
                    continue
                done[x] = self._least_end(x, done)
                if k.ops[x, a.TLAG] >= 0:
                    end = max(end, done[x] + int(k.ops[x, a.TLAG]))
            return end + info.shipping_s
        raise KeyError((order_id, line_no))

    def _least_end(self, x: int, done: dict[int, int]) -> int:
        k = self._k
        row = k.ops[x]
        if row[a.STATE] == a.FIXED:
            return int(row[a.END])
        variant = self.layout.var[int(row[a.VAR])]
        facts = self._pins.get(int(row[a.KEY]))
        ready = max(int(row[a.NBR]) if facts is None else facts.ready_s, int(k.s[a.S_FLOOR]))
        e = int(row[a.EIN])
        while e >= 0:
            source = int(k.edges[e, a.E_FROM])
            if source in done:
                ready = max(ready, self._lag_over(e, done[source]))
            e = int(k.edges[e, a.E_NIN])
        chunk = int(variant[a.V_CHUNK])
        lasts = int(row[a.DUR0]) + int(row[a.NMAINT]) * self._maintenance_s(variant.tolist())
        return int(forward(k.ops, k.z, int(variant[a.V_CAL]), ready, lasts, chunk)[1])

    def _maintenance_s(self, variant: list[int]) -> int:
        place = variant[a.V_MPL]
        if place < 0:
            return 0
        mould_id = self.layout.lane_owner[variant[a.V_LANES + place]][0]
        return seconds(self.plant.mould_by_id[mould_id].maintenance)
