"""Reads pictures with programs of others, one long-lived process for all of them.

Standard input: for each picture the reader's name, width and height on a line, then the grey values.
Standard output: for each picture a line, what the reader found: symbology identifier and content in
hexadecimal, or "-".
"""

import sys

import zxingcpp
from pylibdmtx import pylibdmtx
from pylibdmtx.wrapper import DmtxProperty

import numpy

# libdmtx drops FNC1 unless it is told what to write for it.
create = pylibdmtx.dmtxDecodeCreate


def create_with_fnc1(*arguments):
    decoder = create(*arguments)
    pylibdmtx.dmtxDecodeSetProp(decoder, DmtxProperty.DmtxPropFnc1, 29)
    return decoder


pylibdmtx.dmtxDecodeCreate = create_with_fnc1

requests, answers = sys.stdin.buffer, sys.stdout
for line in requests:
    reader, width, height = line.decode().split()
    width, height = int(width), int(height)
    grey = numpy.frombuffer(requests.read(width * height), numpy.uint8).reshape(height, width)
    answer = "-"
    if reader == "libdmtx":
        colours = numpy.repeat(grey[:, :, None], 3, axis=2).tobytes()
        found = pylibdmtx.decode((colours, width, height), max_count=1, timeout=2000)
        if found:
            answer = "? " + found[0].data.hex()
    else:
        kind = zxingcpp.BarcodeFormat.DataMatrix if reader == "zxing" else zxingcpp.BarcodeFormat.Code128
        found = zxingcpp.read_barcodes(grey, formats=kind)
        if found:
            answer = found[0].symbology_identifier + " " + found[0].bytes.hex()
    answers.write(answer + "\n")
    answers.flush()
