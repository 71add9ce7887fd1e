package jtorch.nn;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The name of a field in the state_dict, where it is not the field's own name in snake case.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface StateName {
  String value();
}
