// Start of a process that opens strangers' files (reliability, section 6). In this order: locale,
// environment, umask, library settings, drivers by list, no network.
#include "inside.h"

#include <cpl_conv.h>
#include <errno.h>
#include <gdal.h>
#include <locale.h>
#include <ogr_api.h>
#include <proj.h>
#include <pthread.h>
#include <seccomp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

// GDAL's registration functions of single drivers are exported, but in no header that C can read.
void GDALRegister_GTiff(void);
void GDALRegister_COG(void);
void GDALRegister_AAIGrid(void);
void GDALRegister_VRT(void);
void GDALRegister_MEM(void);
void RegisterOGRGeoPackage(void);
void RegisterOGRGeoJSON(void);
void RegisterOGRTopoJSON(void);
void RegisterOGRShape(void);
void RegisterOGROSM(void);
void RegisterOGRXLSX(void);
void RegisterOGRODS(void);
void RegisterOGRMEM(void);
void RegisterOGRVRT(void);

static atomic_int user_umask = -1;

unsigned ig_user_umask(void)
{
    const int kept = atomic_load(&user_umask);
    if (kept >= 0) return (unsigned)kept;
    const mode_t now = umask(077); // never started: look, and put it back
    umask(now);
    return now;
}

static void clear_environment(void)
{
    static const char *const hostile[] = {
        "GDAL_DRIVER_PATH",
        "OGR_DRIVER_PATH",
        "GDAL_VRT_ENABLE_PYTHON",
        "GDAL_VRT_PYTHON_TRUSTED_MODULES",
        "OGR_SQLITE_LOAD_EXTENSIONS",
        "OGR_SQLITE_PRAGMA",
        "OGR_SQLITE_JOURNAL",
        "CPL_TMPDIR",
        "CPL_CURL_VERBOSE",
        "GDAL_HTTP_PROXY",
        "GDAL_HTTPS_PROXY",
        "GDAL_CONFIG_FILE",
        "CPL_LOG",
        "CPL_DEBUG",
        "OSM_CONFIG_FILE",
        "OGR_XLSX_HEADERS",
        "OGR_XLSX_FIELD_TYPES",
        "OGR_ODS_HEADERS",
        "OGR_ODS_FIELD_TYPES",
        "PROJ_NETWORK",
        "PROJ_NETWORK_ENDPOINT",
        "http_proxy",
        "https_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "all_proxy",
        "GDAL_SKIP",
        "OGR_SKIP",
        "GDAL_NUM_THREADS",
        "GDAL_CACHEMAX",
        "OGR_INTERLEAVED_READING",
        "OGR_CURRENT_DATE",
        "SQLITE_USE_OGR_VFS",
        "OGR_SQLITE_SYNCHRONOUS",
        "OGR_SQLITE_CACHE",
        "GTIFF_POINT_GEO_IGNORE",
        "GTIFF_HONOUR_NEGATIVE_SCALEY",
        "GDAL_PAM_PROXY_DIR",
        "GDAL_PAM_ENABLED",
        "OGR_GEOJSON_MAX_OBJ_SIZE",
        NULL,
    };
    for (size_t i = 0; hostile[i]; i++)
        unsetenv(hostile[i]);
}

static void configure_libraries(bool allow_network)
{
    char date[32];
    ig_output_date(date);
    CPLSetConfigOption("OGR_CURRENT_DATE", date);
    CPLSetConfigOption("GDAL_PAM_ENABLED", "NO");
    CPLSetConfigOption("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR");
    CPLSetConfigOption("GDAL_CACHEMAX", "256");
    CPLSetConfigOption("OGR_SQLITE_SYNCHRONOUS", "FULL");
    CPLSetConfigOption("OGR_XLSX_FIELD_TYPES", "STRING");
    CPLSetConfigOption("OGR_XLSX_HEADERS", "DISABLE"); // the header row is ours to find
    CPLSetConfigOption("OGR_ODS_FIELD_TYPES", "STRING");
    CPLSetConfigOption("OGR_ODS_HEADERS", "DISABLE");
    CPLSetConfigOption("GTIFF_HONOUR_NEGATIVE_SCALEY", "NO");
    CPLSetConfigOption("GDAL_HTTP_TIMEOUT", "1");
    if (!allow_network) {
        CPLSetConfigOption("CPL_VSIL_CURL_ALLOWED_FILENAME", "/nothing-is-allowed");
        setenv("PROJ_NETWORK", "OFF", 1);
    }
}

static void register_drivers(bool allow_vrt)
{
    GDALRegister_GTiff();
    GDALRegister_COG();
    GDALRegister_AAIGrid();
    GDALRegister_MEM();
    RegisterOGRMEM();
    RegisterOGRGeoPackage();
    RegisterOGRTopoJSON();
    RegisterOGRGeoJSON();
    RegisterOGRShape(); // read back and tests; shapefiles are read by Shapelib
    RegisterOGROSM();
    RegisterOGRXLSX();
    RegisterOGRODS();
    if (allow_vrt) {
        CPLSetConfigOption("GDAL_VRT_ENABLE_PYTHON", "NO");
        GDALRegister_VRT();
        RegisterOGRVRT();
    }
}

// Sockets of the internet families fail from here on. Where the kernel has no seccomp the driver
// list still stands.
static void ban_network(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (!filter) return;
    const int families[] = {AF_INET, AF_INET6};
    int failed = 0;
    for (size_t i = 0; i < 2 && !failed; i++) {
        failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 1,
                                  SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i]));
    }
    if (!failed) seccomp_load(filter);
    seccomp_release(filter);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool wants_network, wants_vrt; // arguments of the one call, for pthread_once

static void start(void)
{
    if (!setlocale(LC_ALL, "C")) return;
    if (!setlocale(LC_CTYPE, "C.UTF-8")) setlocale(LC_CTYPE, "C");
    clear_environment();
    atomic_store(&user_umask, (int)umask(077));
    configure_libraries(wants_network);
    register_drivers(wants_vrt);
    if (!wants_network) ban_network();
}

ig_status ig_process_start(bool allow_network, bool allow_vrt)
{
    wants_network = allow_network;
    wants_vrt = allow_vrt;
    return pthread_once(&once, start) == 0 ? IG_OK : IG_EBUG;
}
