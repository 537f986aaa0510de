"""The twin itself: rows of text in, the answers of a filing out, one filing at a time."""

from collections import defaultdict
from typing import NamedTuple

from tests.twin import au, ca, ch, eu, gb, nz, us
from tests.twin.allowances import judged
from tests.twin.amounts import NOTHING_ASSESSED, Line, Tax, due_at_border, fees_of, tax_of, total
from tests.twin.doubt import doubts, shaken
from tests.twin.facts import Sheet
from tests.twin.minimum import is_little, spared
from tests.twin.reading import UnreadableFiling, amount, digits, lower, moment, upper, without_strange_words
from tests.twin.rounding import Sums
from tests.twin.stacked import Added, Duty, duties_of
from tests.twin.treatment import Facts, treat
from tests.twin.worth import converted, costs, shares
from tidewaiter.model.codes import CURRENCY_DIGITS

LAWS = {"AU": au, "CA": ca, "CH": ch, "EU": eu, "GB": gb, "NZ": nz, "US": us}
BY_PARAMETER = ("flat_rate", "per_item", "per_filing")
"""Duty rules that say the number of the parameter they rest on."""

NO_CLAIM = {None, "100"}
"""Claims that are none; what any other comes to that no shelf knows of, nobody can tell."""

MOST_COUNTED = 10**12
"""A filing worth more counts as worth this in the day of its person."""


class Shelves(NamedTuple):
    """What is looked up.

    ``rates``: day to currency to (numerator, denominator, is_legal); ``tariff``: first day to code to ``Rate``;
    the latest that has started answers. ``sale_rates``: as ``rates``, for days of sale. ``added``: duties on top in
    their order; ``preferred``: (claim, origin, goods, ``Rate``, needs a proof), the first that fits counts.
    """

    rates: dict
    tariff: dict
    sale_rates: dict
    added: tuple[Added, ...] = ()
    preferred: tuple = ()


def _area(postcode):
    """The two letters that a British postcode begins with, if it does."""
    told = upper(postcode) or ""
    return told[:2] if told[:2].isalpha() and told[2:].strip()[:1].isdigit() else None


class Charged(NamedTuple):
    """What a line owes."""

    line: Line
    duty: Duty
    tax: Tax


class Twin:
    """Clears filings of one jurisdiction. ``on``: when filings were accepted that do not say so; ``office``: where."""

    def __init__(self, sheet: Sheet, shelves: Shelves, on, office=None) -> None:
        self.sheet, self.shelves, self.run_moment, self.office = sheet, shelves, on, office
        self.law_of = LAWS[sheet.code]
        self.held = getattr(self.law_of, "HELD", {})
        self.digits = CURRENCY_DIGITS[sheet.currency]

    def clear(self, filings):
        """Answers by filing, of all filings that can be read; ``filings``: lists of rows by ``consignment_id``."""
        valued = {}
        for name, rows in filings.items():
            try:
                valued[name] = self._valued(rows)
            except UnreadableFiling:
                continue
        days = self._person_days(valued.values())
        return {
            name: self._answer(one, days.get(one["person"])) | {"person_day": days.get(one["person"])}
            for name, one in valued.items()
        }

    def _valued(self, rows):
        """The filing's day, its law, its lines in order and what they are worth."""
        first = without_strange_words(rows[0])
        told = [moment(first.get(name)) for name in self.sheet.duty_point]
        at = next((instant for instant in told if instant is not None), self.run_moment)
        day = at.date()
        law, rates = self.sheet.on(day), self.shelves.rates.get(day, {})
        rows = sorted(rows, key=lambda row: int(row["item_no"]))
        for row in rows:
            for name in ("item_quantity", "item_net_mass_kg", "item_volume_l", "item_value_amount"):
                amount(row.get(name))
        for name in ("freight_amount", "insurance_amount", "other_costs_amount"):
            amount(first.get(name))
        values = [
            converted(amount(row.get("item_value_amount")), upper(row.get("item_value_currency")), rates, self.digits)
            for row in rows
        ]
        intrinsic = total([value for value, _ in values])
        name, postcode = first.get("consignee_name"), first.get("consignee_postcode")
        person = (name.casefold(), postcode.replace(" ", "").upper(), day) if name and postcode else None
        return {
            "sale_value": self._at_sale(first, rows),
            "first": first, "rows": rows, "at": at, "law": law, "rates": rates, "values": values,
            "intrinsic": intrinsic, "person": person,
        }  # fmt: skip

    def _at_sale(self, first, rows):
        """What the goods were worth on the day of the order, where it is told."""
        ordered = moment(first.get("order_at"))
        if ordered is None:
            return None
        rates = self.shelves.sale_rates.get(ordered.date(), {})
        told = [(amount(row.get("item_value_amount")), upper(row.get("item_value_currency"))) for row in rows]
        return total([converted(worth, currency, rates, self.digits)[0] for worth, currency in told])

    @staticmethod
    def _person_days(valued):
        """What each person receives on one day, all filings of the run together; None where one value is unknown."""
        days = defaultdict(list)
        for one in valued:
            worth = one["intrinsic"]
            days[one["person"]].append(None if worth is None else min(worth, MOST_COUNTED))
        days.pop(None, None)
        return {person: total(values) for person, values in days.items()}

    def _facts(self, one, on, person_day):
        first = one["first"]
        destination = upper(first.get("destination_country"))
        types = (lower(first.get("consignor_person_type")), lower(first.get("consignee_person_type")))
        preferences = [upper(row.get("item_preference")) for row in one["rows"]]
        buyers = [upper(first.get(f"{role}_id")) for role in ("buyer", "importer")]
        number = upper(first.get("vat_scheme_id")) or ""
        codes = [digits(row.get("item_commodity_code")) for row in one["rows"]]
        exceeds, untold = judged(one["law"], one["rows"], codes)
        worths = [value for value, _ in one["values"]]
        procedures = {upper(row.get("item_procedure")) for row in one["rows"]}
        return self.law_of.assume(
            Facts(
                value=one["intrinsic"],
                person_day=person_day,
                relation=upper(first.get("party_relation")),
                nature=lower(first.get("nature")),
                mode=lower(first.get("mode")),
                scheme=upper(first.get("vat_scheme")),
                has_scheme_number=self.sheet.code == "EU" and bool(eu.IOSS_NUMBER.fullmatch(number)),
                has_company="legal" in types,
                destination=destination,
                office=self.office or destination,
                claimed_set=upper(first.get("reduced_set")),
                on=on,
                is_several=len(one["rows"]) > 1,
                claims_preference=any(text is not None and not text.startswith("1") for text in preferences),
                is_authorised="BIRDS" in (upper(first.get("authorisations")) or ""),
                sale_value=one["sale_value"],
                least_line=None if None in worths else min(worths),
                procedure=(procedures.pop() or "") if len(procedures) == 1 else "",
                exceeds=exceeds,
                untold=untold,
                has_buyer_number=any(text is not None and gb.VAT_NUMBER.fullmatch(text) for text in buyers),
                dispatch=upper(first.get("country_of_dispatch")) if self.sheet.code == "CA" else "CN",
                lacks_code=any(digits(row.get("item_commodity_code")) is None for row in one["rows"]),
                lacks_origin=any(upper(row.get("item_origin")) is None for row in one["rows"]),
                postcode_area=_area(first.get("delivery_postcode") or first.get("consignee_postcode")),
                territory=self._territory(one, destination, "territories_of_other_tax"),
                is_outside_customs=self._territory(one, destination, "territories_outside_customs") is not None,
                is_by_value="AD-VALOREM" in (upper(first.get("authorisations")) or ""),
            )
        )

    @staticmethod
    def _territory(one, destination, listed):
        """The place in a list of them whose postcodes begin as the one does that the goods go to."""
        first = one["first"]
        told = upper(first.get("delivery_postcode") or first.get("consignee_postcode")) or ""
        starts = {"".join(filter(str.isdigit, told)), told[:2]}
        for entry in filter(None, one["law"].says.get(listed, "").split("; ")):
            place, name = entry.split(" ", 1)
            if place[:2] == destination and any(start.startswith(place[2:]) for start in starts):
                return name
        return None

    def _lines(self, one, whole_costs, costs_by_stand_in, codes):
        law = one["law"]
        worth = [value for value, _ in one["values"]]
        for row, code, (value, is_stand_in), share in zip(
            one["rows"], codes, one["values"], shares(whole_costs, worth), strict=True
        ):
            yield Line(
                item=row,
                code=code,
                line_value=value,
                customs_value=None if None in (value, share) else value + share,
                is_by_stand_in=is_stand_in or (costs_by_stand_in and value is not None),
                rate=self._rate_of(row, code, law.day),
                added=tuple(
                    one for one in self.shelves.added if one.concerns(code, upper(row.get("item_origin")), law.day)
                ),
            )

    def _rate_of(self, row, code, day):
        """The tariff's rate, or that of a preference which the line claims and proves."""
        general = self._tariff_of(code, day)
        if general is None:
            return None
        claim, origin = upper(row.get("item_preference")), upper(row.get("item_origin"))
        for claimed, country, goods, whole, needs_proof in self.shelves.preferred:
            if (claimed, country) == (claim, origin) and code.startswith(goods):
                is_open = row.get("item_origin_proof") is not None or not needs_proof
                return general._replace(whole=whole) if is_open else general
        return general if claim in NO_CLAIM else general._replace(whole=None)

    def _tariff_of(self, code, day):
        """The rate of the longest part of the code that the tariff of the day knows.

        A code that is no line, though its heading is cut into lines of that length, has none: what is known of the
        whole heading is not the rate of a line nobody drew.
        """
        started = [start for start in self.shelves.tariff if start <= day]
        if code is None or not started:
            return None
        known = self.shelves.tariff[max(started)]
        lengths = [length for length in (10, 8, 6) if length <= len(code)]
        cut = {(len(line), line[:-2]) for line in known}
        if any((length, code[: length - 2]) in cut and code[:length] not in known for length in lengths if length > 6):
            return None
        return next((known[code[:length]] for length in lengths if code[:length] in known), None)

    def _answer(self, one, person_day):
        law, first = one["law"], one["first"]
        codes = [digits(row.get("item_commodity_code")) for row in one["rows"]]
        origins = [upper(row.get("item_origin")) for row in one["rows"]]
        on = frozenset().union(*(law.lists_with(*goods) for goods in zip(codes, origins, strict=True)))
        facts = self._facts(one, on, person_day)
        treatment = treat(facts, law, self.law_of.read, self.law_of.SIMPLIFIED)
        doubt = doubts(treatment, facts, law, self.law_of, first)
        whole_costs, is_stand_in = costs(first, law, one["rates"], self.digits)
        is_dutiable = law.says.get("customs_value_includes_freight")
        lines = list(self._lines(one, whole_costs if is_dutiable else 0, is_dutiable and is_stand_in, codes))
        if self.law_of is ca:
            off = shares(ca.relieved(facts, law), [line.line_value for line in lines])
            lines = [line._replace(relieved=part or 0) for line, part in zip(lines, off, strict=True)]
        duties = self._duties(law, treatment, lines, doubt)
        fees = self._fees(one, treatment, lines, doubt)
        destination = upper(first.get("destination_country"))
        place = (
            ca.tax_place(facts, first.get("consignee_postcode"), first.get("consignee_region"))
            if self.law_of is ca
            else destination
        )
        beside = self._beside(lines, 0 if is_dutiable else whole_costs, fees)
        is_shaky = is_stand_in or doubt["tax"]
        taxes = self._taxes(law, treatment, place, lines, duties, beside, is_shaky=is_shaky)
        return self._told(one, treatment, self._collected(law, lines, duties, taxes), fees)

    def _duties(self, law, treatment, lines, doubt):
        """Duties of each line, unless they are too little to be collected."""
        says, charged = [], set()
        rule, rule_id = treatment.duty_rule, treatment.duty_rule_id
        flat = law.says.get(rule_id if rule in BY_PARAMETER else "flat_duty_minor")
        for line in lines:
            key = line.code and (line.code if treatment.set_used == "H1" else line.code[:6])
            is_first = not says if rule == "per_filing" else key not in charged
            charged.add(key)
            says.append((flat, law.units.get(rule_id), is_first))
        held = self.held.get(rule)
        duties = [
            duty if held is None or duty.amount is None else duty._replace(status=held)
            for duty in (
                shaken(duty._replace(is_unsure=doubt["duty"]), is_unsure=doubt["duty"])
                for duty in duties_of(lines, treatment, says, law, self.digits)
            )
        ]
        owed = [(duty.amount, duty.status) for duty in duties]
        return [spared(duty) for duty in duties] if is_little(owed, law.says.get("duty_minimum_minor")) else duties

    def _fees(self, one, treatment, lines, doubt):
        first = one["first"]
        told = {
            "reduced_set_used": treatment.set_used, "duty_rule": treatment.duty_rule, "tax_rule": treatment.tax_rule,
        } | {
            name: spelt(first.get(name))
            for name, spelt in (("party_relation", upper), ("nature", lower), ("mode", lower))
        }  # fmt: skip
        destination, rates = upper(first.get("destination_country")), one["rates"]
        fees = fees_of(one["law"], destination, one["intrinsic"], lines, rates, self.digits, CURRENCY_DIGITS, told)
        return {code: shaken(fee, is_unsure=doubt["fee"]) for code, fee in fees.items()}

    @staticmethod
    def _beside(lines, carriage, fees):
        """Each line's shares of carriage and fees that are taxed beside the customs value and the duty."""
        worth = [line.line_value for line in lines]
        taxed = total([fee.amount for fee in fees.values() if fee.is_taxed])
        return list(zip(shares(carriage, worth), shares(taxed, worth), strict=True))

    def _taxes(self, law, treatment, place, lines, duties, beside, *, is_shaky):
        """The tax on each line, unless it is too little to be collected; ``is_shaky``: no more than an estimate."""
        rule, of_base = law.rounding("tax", digits=self.digits), law.rounding("tax_base", digits=self.digits)
        sums, taxes = Sums(), []

        def rounded(exact):
            return sums.add("tax", rule, exact) if rule.moment == "filing" else rule.round(exact)

        def based(base, rate):
            name = ("base", rate and rate[0])
            return sums.add(name, of_base, base) if of_base.moment == "filing" else of_base.round(base)

        for line, duty, more in zip(lines, duties, beside, strict=True):
            rate = law.tax_on(place, line.code)
            is_so = is_shaky or line.is_by_stand_in or duty.status == "estimated"
            owed = None if law.lacks_excise_on(line.code) else duty.amount
            taxes.append(tax_of(line, treatment, owed, rate, more, rounded, based, is_shaky=is_so))
        owed = [(tax.amount, tax.status) for tax in taxes]
        return [spared(tax) for tax in taxes] if is_little(owed, law.says.get("tax_minimum_minor")) else taxes

    @staticmethod
    def _collected(law, lines, duties, taxes):
        """What is left where duty and tax together may be too little."""
        owed = [(one.amount, one.status) for one in (*duties, *taxes)]
        if is_little(owed, law.says.get("minimum_collectable_minor")):
            duties, taxes = [spared(duty) for duty in duties], [spared(tax) for tax in taxes]
        return [Charged(*charged) for charged in zip(lines, duties, taxes, strict=True)]

    def _told(self, one, treatment, charges, fees):
        duty = total([charged.duty.amount for charged in charges])
        is_elsewhere = treatment.tax_rule in NOTHING_ASSESSED
        tax = 0 if is_elsewhere else total([charged.tax.amount for charged in charges])
        due = due_at_border(treatment, duty, tax, [fee.amount for fee in fees.values()])
        return {
            "duty_point_at": one["at"],
            "treatment": treatment,
            "intrinsic_value_minor": one["intrinsic"],
            "customs_value_minor": total([charged.line.customs_value for charged in charges]),
            "duty_minor": duty,
            "tax_minor": tax,
            "fee_minor": total([fee.amount for fee in fees.values()]),
            "due_at_border_minor": due,
            "resolved": due is not None,
            "fees": fees,
            "items": charges,
            "flat_unit": one["law"].units.get(treatment.duty_rule_id),
        }
