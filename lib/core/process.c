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
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

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

static atomic_int user_umask = -1;

unsigned ig_user_umask(void)
{
    const int kept = atomic_load(&user_umask);
    if (kept >= 0) return (unsigned)kept;
    const mode_t now = umask(077); // never started: look, and put it back
    umask(now);
    return now;
}

// Variables by which the environment could steer the libraries: drivers, SQL, proxies, where files
// are looked for. What the system needs to find its data stays.
static bool is_steering(const char *entry)
{
    static const char *const kept[] = {"GDAL_DATA=", "PROJ_DATA=", "PROJ_LIB=", NULL};
    static const char *const starts[] = {
        "GDAL_",  "OGR_",    "CPL_",     "VSI_",     "GTIFF_",    "TIFF_",     "OSM_", "PROJ_",
        "VRT_",   "SQLITE_", "GEOJSON_", "GEOTIFF_", "TOPOJSON",  "AWS_",      "GS_",  "AZURE_",
        "SHAPE_", "CURL_",   "HTTP_",    "HTTPS_",   "ALL_PROXY", "FTP_PROXY", NULL};
    for (size_t i = 0; kept[i]; i++) {
        if (strncmp(entry, kept[i], strlen(kept[i])) == 0) return false;
    }
    for (size_t i = 0; starts[i]; i++) {
        if (strncasecmp(entry, starts[i], strlen(starts[i])) == 0) return true;
    }
    return false;
}

static void clear_environment(void)
{
    for (char **entry = environ; entry && *entry;) {
        char name[256];
        const size_t length = strcspn(*entry, "=");
        if (!is_steering(*entry) || length >= sizeof name) {
            entry++;
            continue;
        }
        memcpy(name, *entry, length);
        name[length] = '\0';
        if (unsetenv(name) != 0) entry++; // else the next one has moved here
    }
}

static void configure_libraries(bool allow_network)
{
    char date[32];
    ig_output_date(date);
    CPLSetConfigOption("OGR_CURRENT_DATE", date);
    CPLSetConfigOption("GDAL_PAM_ENABLED", "NO");
    CPLSetConfigOption("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR");
    CPLSetConfigOption("GDAL_CACHEMAX", "64"); // rasters are read and written once, row by row
    CPLSetConfigOption("OGR_SQLITE_SYNCHRONOUS", "FULL");
    CPLSetConfigOption("OGR_SQLITE_LOAD_EXTENSIONS", "NO");
    CPLSetConfigOption("OGR_XLSX_FIELD_TYPES", "STRING");
    CPLSetConfigOption("OGR_XLSX_HEADERS", "DISABLE"); // the header row is ours to find
    CPLSetConfigOption("OGR_ODS_FIELD_TYPES", "STRING");
    CPLSetConfigOption("OGR_ODS_HEADERS", "DISABLE");
    CPLSetConfigOption("GTIFF_HONOUR_NEGATIVE_SCALEY", "NO");
    CPLSetConfigOption("GDAL_VRT_ENABLE_PYTHON", "NO");
    CPLSetConfigOption("GDAL_HTTP_TIMEOUT", "1");
    if (!allow_network) {
        CPLSetConfigOption("CPL_VSIL_CURL_ALLOWED_FILENAME", "/nothing-is-allowed");
        setenv("PROJ_NETWORK", "OFF", 1);
    }
}

static void register_drivers(bool allow_vrt)
{
    CPLSetConfigOption("GDAL_CONFIG_FILE",
                       ""); // no gdalrc of the user's: the first driver reads it
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
        GDALRegister_VRT();
    }
}

// Sockets of the internet families fail from here on. False where the kernel has no seccomp, or a
// container takes it away: the driver list still stands.
static bool ban_network(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (!filter) return false;
    const int families[] = {AF_INET, AF_INET6};
    int failed = 0;
    for (size_t i = 0; i < 2 && !failed; i++) {
        failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(socket), 1,
                                  SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i]));
    }
    if (!failed) seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1); // threads there already too
    if (!failed) failed = seccomp_load(filter);
    seccomp_release(filter);
    return !failed;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool wants_network, wants_vrt; // arguments of the one call, for pthread_once
static ig_status outcome = IG_EBUG;
static atomic_bool offline;

static void start(void)
{
    if (!setlocale(LC_ALL, "C")) return;
    if (!setlocale(LC_CTYPE, "C.UTF-8") && !setlocale(LC_CTYPE, "C")) return;
    clear_environment();
    atomic_store(&user_umask, (int)umask(077));
    register_drivers(wants_vrt);
    configure_libraries(wants_network);
    ig_gdal_take_strays();
    if (!wants_network) atomic_store(&offline, ban_network());
    outcome = IG_OK;
}

ig_status ig_process_start(bool allow_network, bool allow_vrt)
{
    wants_network = allow_network;
    wants_vrt = allow_vrt;
    return pthread_once(&once, start) == 0 ? outcome : IG_EBUG;
}

bool ig_process_is_offline(void)
{
    return atomic_load(&offline);
}
