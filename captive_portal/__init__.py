"""The portal: phones' connectivity probes, the captive page and the gateways that hold a device.

It needs nothing of the store: the application hands it functions (see the house map in README.md).
"""
