@NullMarked
package io.vlmr1.operator.resource;

import org.jspecify.annotations.NullMarked;
