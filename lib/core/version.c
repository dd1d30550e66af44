// Version of the library, given by the build.
#include "core.h"

const char *ig_version(void)
{
    return ISOGAP_VERSION;
}
