/** The operator against a real API server, whose controllers and nodes the tests play. */
@NullMarked
package io.vlmr1.operator.server;

import org.jspecify.annotations.NullMarked;
