{application,quay,
             [{applications,[kernel,stdlib,elixir,logger]},
              {description,"quay"},
              {modules,['Elixir.Quay']},
              {registered,[]},
              {vsn,"0.3.1"}]}.
