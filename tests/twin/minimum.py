"""What is due on a filing and too little to be collected, read again from docs/explanation/order-of-computation.md."""

DUE = {"estimated", "definitive", "provisional"}
BELOW = "below_minimum"


def is_little(charges, limit):
    """True where all that is due, of ``charges`` (amount, status), comes to no more than a limit in force."""
    if limit is None or any(status == "unresolved" for _, status in charges):
        return False
    return sum(amount for amount, status in charges if status in DUE) <= limit


def spared(charge):
    """A charge with ``amount`` and ``status`` that is not collected; one that is not due stays."""
    return charge._replace(amount=0, status=BELOW) if charge.status in DUE else charge
