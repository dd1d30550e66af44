# Run the command for words about itself and keep them: -DPROGRAM= -DWORDS= -DFILE=
separate_arguments(WORDS)
execute_process(COMMAND ${PROGRAM} ${WORDS} OUTPUT_FILE ${FILE}.part RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} ${WORDS} ended with ${code}")
endif()
file(RENAME ${FILE}.part ${FILE})
