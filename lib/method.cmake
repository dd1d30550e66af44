# One sum over the sources of a method, written only when it changes: -DROOT= -DFILES=a,b -DOUT=
string(REPLACE "," ";" files "${FILES}")
set(sums "")
foreach(file IN LISTS files)
  file(SHA256 "${ROOT}/${file}" sum)
  string(APPEND sums "${file} ${sum}\n")
endforeach()
string(SHA256 method "${sums}")
file(CONFIGURE OUTPUT "${OUT}" CONTENT "// Made from the sources of the cost grid and the search: a run before is of use only
// when they are as they were.
#define ISOGAP_METHOD \"${method}\"
")
