/**
 * Jackson deserializers that keep of an object only what the controller uses, and limit the memory that objects of
 * tenants take. Equal specs of runners are kept once.
 */
@NullMarked
package io.github.arc4j.controller.kube.deserialization;

import org.jspecify.annotations.NullMarked;
