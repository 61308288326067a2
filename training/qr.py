"""A QR code as a drawing inside the page."""

import qrcode
from django.utils.safestring import SafeString, mark_safe
from qrcode.image.svg import SvgPathImage


def qr_of(address: str) -> SafeString:
    image = qrcode.make(address, image_factory=SvgPathImage, border=2)
    image._img.attrib.update({"role": "img", "aria-label": "Code QR de la page où signer", "class": "roll-qr"})
    # Squares drawn by us from an address of ours.
    return mark_safe(image.to_string(encoding="unicode"))
