/// isogap: travel time, the access gap and inequality between places. The one header to include.
#ifndef ISOGAP_H
#define ISOGAP_H

#include "access/access.h"
#include "area/area.h"
#include "assess/assess.h"
#include "classify/classify.h"
#include "core/core.h"
#include "core/json.h"
#include "core/option.h"
#include "cost/cost.h"
#include "grid/grid.h"
#include "inequality/inequality.h"
#include "link/link.h"
#include "map/map.h"
#include "rates/rates.h"
#include "report/report.h"
#include "siting/siting.h"
#include "spatial/spatial.h"
#include "study/study.h"
#include "table/table.h"
#include "table/trace.h"
#include "travel/travel.h"

#endif
