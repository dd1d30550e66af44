"""isogap in the Processing toolbox of QGIS."""


def classFactory(_iface):
    from .processing import Plugin
    return Plugin()
