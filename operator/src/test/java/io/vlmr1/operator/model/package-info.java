/** The operator's decisions against a model of a cluster: any order of events, any crash. */
@NullMarked
package io.vlmr1.operator.model;

import org.jspecify.annotations.NullMarked;
